import Logging
import TestSupport

@testable import LogStorage

/// Opens a log whose only segment is arbitrary bytes: it must open or refuse, and the verification must agree.
enum LogCheck {
    static let directory = "/data"
    static let segment = "/data/wal/" + SegmentName.of(LogSequenceNumber(1))
    static let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }

    static func run(_ input: [UInt8]) throws {
        for bytes in ChecksumMender.variants(input, ChecksumMender.segment) { try check(bytes) }
    }

    private static func check(_ bytes: [UInt8]) throws {
        let disk = try disk(holding: bytes)
        let before = try FindingCollector.verify(disk)
        guard let log = try opened(disk) else {
            try FuzzFinding.require(!before.isClean, "what is refused verifies clean")
            return
        }
        defer { log.close() }
        let records = try readable(log)
        try FuzzFinding.require(!before.isClean || records != nil, "what verifies clean cannot be read")
        guard let records else { return }
        try FuzzFinding.require(records.count == Int(log.last.lsn.rawValue), "records are missing without a word")
        try FuzzFinding.require(
            !before.isClean || before.records == UInt64(records.count),
            "the verification saw \(before.records) records, the log has \(records.count)"
        )
        try FuzzFinding.require(try readable(log, .descending)?.count == records.count, "read from the end, it differs")
        try append(to: log, on: disk, isClean: before.isClean)
    }

    /// The log goes on behind what was found, and what was appended is there after the next start.
    private static func append(to log: WriteAheadLog, on disk: MemoryFileSystem, isClean: Bool) throws {
        let last = log.last.lsn
        // A forged log may end with the last number or the last instant there is.
        guard last < LogSequenceNumber(.max), log.last.time < LogTimestamp(microseconds: .max) else { return }
        let record = PreparedRecord(
            kind: 1,
            subject: 1,
            version: 1,
            previous: nil,
            actorTag: 0,
            key: nil,
            payload: .encode(Array("{}".utf8))
        )
        let receipt: AppendReceipt
        do {
            receipt = try log.append([record])
        } catch {
            // Sealing needs the Merkle tree, for which a record with a forged payload stands in the way.
            try FuzzFinding.require(!isClean, "a sound log does not go on: \(error)")
            return
        }
        try FuzzFinding.require(receipt.lsn(0) == last.next, "a record gets another number than the next one")
        log.close()
        guard let again = try opened(disk.copy()) else { throw FuzzFinding(description: "a log opens only once") }
        defer { again.close() }
        try FuzzFinding.require(again.last.lsn == last.next, "an acknowledged record is gone")
        try FuzzFinding.require(
            !isClean || (try FindingCollector.verify(disk.copy())).isClean,
            "a sound log is damaged"
        )
    }

    /// A data directory with `bytes` as its first segment.
    static func disk(holding bytes: [UInt8]) throws -> MemoryFileSystem {
        let disk = MemoryFileSystem()
        for folder in ["wal", "checkpoints", "quarantine"] { try disk.makeDirectories("\(directory)/\(folder)") }
        disk[segment] = bytes
        return disk
    }

    static func configuration(_ disk: MemoryFileSystem) -> LogConfiguration {
        var configuration = LogConfiguration(directory: directory)
        configuration.segmentBytes = 16 << 10
        configuration.now = { LogTimestamp(microseconds: 1_767_225_600_000_000) }
        // Whatever the times in the bytes are.
        configuration.acceptsClock = true
        configuration.fileSystem = disk
        configuration.background = .caller
        return configuration
    }

    /// The log; `nil` if it is refused with an error of its own.
    static func opened(_ disk: MemoryFileSystem) throws -> WriteAheadLog? {
        do throws(LogError) {
            return try WriteAheadLog.open(configuration(disk), logger: logger)
        } catch {
            try FuzzFinding.require(
                error.code == .damaged || error.code == .unsupportedFormat,
                "a log is refused for the wrong reason: \(error)"
            )
            return nil
        }
    }

    /// All records; `nil` if reading them ends with damage.
    private static func readable(_ log: WriteAheadLog, _ order: ScanOrder = .ascending) throws -> [StoredRecord]? {
        var records: [StoredRecord] = []
        do {
            try log.scan(from: LogSequenceNumber(1), through: LogSequenceNumber(.max), order: order) {
                records.append(StoredRecord(header: $0, payload: try $1()))
                return .next
            }
            return records
        } catch let error as LogError {
            try FuzzFinding.require(
                error.code == .damaged || error.code == .unsupportedFormat,
                "reading ends for the wrong reason: \(error)"
            )
            return nil
        }
    }
}
