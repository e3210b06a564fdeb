import Logging
import TestSupport
import Testing

@testable import LogStorage

@Suite("Write-ahead log")
struct WriteAheadLogTests {
    @Test("Records come back as they were appended, one by one and in scans of both directions")
    func readBack() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [1, 5, 64, 1, 100])
        #expect(log.last.lsn == LogSequenceNumber(171))
        for index in [1, 2, 70, 171] as [UInt64] {
            let record = try log.read(LogSequenceNumber(index))
            #expect(record.header.subject == index)
            #expect(record.payload == LogFixture.record(index).payload.json)
            #expect(try log.header(LogSequenceNumber(index)) == record.header)
        }
        let all = try LogFixture.records(of: log)
        #expect(all.map(\.header.lsn.rawValue) == Array(1...171))
        var reversed: [UInt64] = []
        try log.scan(from: LogSequenceNumber(10), through: LogSequenceNumber(160), order: .descending) { header, _ in
            reversed.append(header.lsn.rawValue)
            return .next
        }
        #expect(reversed == Array((10...160).reversed()))
    }

    @Test("A log that is opened again goes on where it ended")
    func reopen() throws {
        let fixture = LogFixture()
        var log: WriteAheadLog? = try fixture.open()
        try LogFixture.fill(try #require(log), batches: [3, 2])
        let before = try LogFixture.records(of: try #require(log))
        let id = log?.storeID
        log = nil
        let again = try fixture.open()
        #expect(again.storeID == id)
        #expect(again.last.lsn == LogSequenceNumber(5))
        try LogFixture.fill(again, batches: [1])
        let after = try LogFixture.records(of: again)
        #expect(after.prefix(5).map(\.header) == before.map(\.header))
        #expect(after.map(\.header.lsn.rawValue) == Array(1...6))
    }

    @Test("Segments rotate, are sealed with a footer, and are read across")
    func rotation() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 7, count: 60))
        #expect(log.extent.segments > 5)
        let reopened = try LogFixture(disk: fixture.disk.copy(), segmentBytes: 4_096).open()
        #expect(reopened.extent.segments == log.extent.segments)
        #expect(try LogFixture.records(of: reopened).map(\.header) == LogFixture.records(of: log).map(\.header))
        var descending: [UInt64] = []
        try reopened.scan(from: .zero, through: LogSequenceNumber(.max), order: .descending) { header, _ in
            descending.append(header.lsn.rawValue)
            return .next
        }
        #expect(descending == Array((1...420).reversed()))
    }

    @Test("Time is strictly increasing even when the clock stands still or goes back")
    func clock() throws {
        let fixture = LogFixture()
        var configuration = fixture.configuration
        let times = Monitor([5_000_000, 5_000_000, 1_000_000, 9_000_000] as [Int64])
        configuration.now = { LogTimestamp(microseconds: times.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }) }
        // The first time is taken for store.json.
        times.withLock { $0.insert(0, at: 0) }
        let log = try WriteAheadLog.open(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try LogFixture.fill(log, batches: [3, 3, 3, 3])
        let stamps = try LogFixture.records(of: log).map(\.header.time)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 })
        #expect(stamps.last == LogTimestamp(microseconds: 9_000_002))
        #expect(log.extent.clockSteps == 1)
    }

    @Test("An instant leads to the last record that is not after it")
    func instants() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 5, count: 50))
        let records = try LogFixture.records(of: log).map(\.header)
        for record in records {
            #expect(try log.lastLSN(atOrBefore: record.time) == record.lsn)
            let justBefore = LogTimestamp(microseconds: record.time.microseconds - 1)
            let expected = records.last { $0.time <= justBefore }?.lsn ?? .zero
            #expect(try log.lastLSN(atOrBefore: justBefore) == expected)
        }
        #expect(try log.lastLSN(atOrBefore: LogTimestamp(microseconds: .max)) == log.last.lsn)
        #expect(try log.lastLSN(atOrBefore: LogTimestamp(microseconds: 0)) == .zero)
    }

    @Test("A number that the log does not have is not found")
    func unknownNumbers() throws {
        let log = try LogFixture().open()
        try LogFixture.fill(log, batches: [2])
        for number in [0, 3, .max] as [UInt64] {
            #expect { try log.read(LogSequenceNumber(number)) } throws: { ($0 as? LogError)?.code == .notFound }
        }
    }

    @Test("A second server is refused while the first has the directory")
    func locking() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        #expect { try fixture.open() } throws: { ($0 as? LogError)?.code == .locked }
        log.close()
    }

    @Test("The directory of the operating system works like the one in memory")
    func posix() throws {
        let directory = try TemporaryDirectory()
        var configuration = LogConfiguration(directory: directory.appending("a/b"))
        configuration.segmentBytes = 8_192
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var log: WriteAheadLog? = try WriteAheadLog.open(configuration, logger: logger)
        try LogFixture.fill(try #require(log), batches: Array(repeating: 9, count: 40))
        #expect { try WriteAheadLog.open(configuration, logger: logger) } throws: { ($0 as? LogError)?.code == .locked }
        let headers = try LogFixture.records(of: try #require(log)).map(\.header)
        log = nil
        let again = try WriteAheadLog.open(configuration, logger: logger)
        #expect(try LogFixture.records(of: again).map(\.header) == headers)
    }
}
