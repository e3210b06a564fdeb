import Logging
import TestSupport

@testable import LogStorage

/// A log in memory and the few words that its tests need.
struct LogFixture {
    let disk: MemoryFileSystem
    var segmentBytes = 64 << 10
    var now: @Sendable () -> LogTimestamp = { LogTimestamp.now() }
    var background = BackgroundWork.threads

    init(disk: MemoryFileSystem = MemoryFileSystem(), segmentBytes: Int = 64 << 10) {
        self.disk = disk
        self.segmentBytes = segmentBytes
    }

    var configuration: LogConfiguration {
        var configuration = LogConfiguration(directory: "/data")
        configuration.segmentBytes = segmentBytes
        configuration.now = now
        configuration.fileSystem = disk
        configuration.background = background
        return configuration
    }

    func open() throws -> WriteAheadLog {
        try WriteAheadLog.open(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func archive() throws -> LogArchive {
        try LogArchive.open("/data", fileSystem: disk)
    }

    /// The path of the segment that begins with `lsn`.
    func segment(_ lsn: UInt64) -> String { "/data/wal/" + SegmentName.of(LogSequenceNumber(lsn)) }

    /// A first version for the subject `index`; its payload says so.
    static func record(_ index: UInt64, text: String = "") -> PreparedRecord {
        let json = Array(#"{"actor":"admin","name":"Ζωή \#(index)","email":"user\#(index)@example.com\#(text)"}"#.utf8)
        return PreparedRecord(
            kind: 1,
            subject: index,
            version: 1,
            previous: nil,
            actorTag: UInt32(truncatingIfNeeded: index &* 7),
            key: index &* 0x9E37_79B9,
            payload: .encode(json)
        )
    }

    /// Appends batches of the given sizes; subjects are numbered like the records.
    @discardableResult
    static func fill(_ log: WriteAheadLog, batches: [Int]) throws -> [AppendReceipt] {
        try batches.map { size in
            let next = log.last.lsn.next.rawValue
            return try log.append((0..<UInt64(size)).map { record(next + $0) })
        }
    }

    /// All records, in LSN order.
    static func records(of log: WriteAheadLog) throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        try log.scan(from: LogSequenceNumber(1), through: LogSequenceNumber(.max), order: .ascending) {
            records.append(StoredRecord(header: $0, payload: try $1()))
            return .next
        }
        return records
    }

    /// All records, in LSN order.
    static func records(of archive: LogArchive) throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        try archive.scan(from: LogSequenceNumber(1), through: LogSequenceNumber(.max), order: .ascending) {
            records.append(StoredRecord(header: $0, payload: try $1()))
            return .next
        }
        return records
    }
}
