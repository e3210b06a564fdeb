import TestSupport
import Testing

@testable import LogStorage

/// Run under the thread sanitizer by `scripts/test`.
@Suite("Log used by many threads")
struct LogConcurrencyTests {
    @Test("Readers, scanners and checkpoints go on beside an appender that rotates, and see only whole records")
    func readersBesideAnAppender() throws {
        let fixture = LogFixture(segmentBytes: 8_192)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [1])
        let isDone = Monitor(false)
        let failures = Monitor<[String]>([])
        let readers = try (0..<3).map { number in
            try WorkerThread(name: "reader") {
                while !isDone.withLock({ $0 }) {
                    do {
                        try Self.look(into: log, number)
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
        }
        for round in 0..<150 {
            try LogFixture.fill(log, batches: [1 + round % 9])
            if round % 40 == 39 {
                let position = try log.checkpointPosition()
                try log.writeCheckpoint(position) { try $0([1]) }
            }
        }
        isDone.withLock { $0 = true }
        for reader in readers { reader.join() }
        #expect(failures.withLock { $0 } == [])
        #expect(log.extent.segments > 3)
        log.close()
    }

    private static func look(into log: WriteAheadLog, _ number: Int) throws {
        let end = log.last
        #expect(try log.read(end.lsn).header.lsn == end.lsn)
        #expect(try log.lastLSN(atOrBefore: end.time) >= end.lsn)
        let first = LogSequenceNumber(max(1, end.lsn.rawValue / 2))
        var seen: [UInt64] = []
        try log.scan(from: first, through: end.lsn, order: number == 0 ? .descending : .ascending) { header, payload in
            let json = try payload()
            #expect(json.count > 10)
            seen.append(header.lsn.rawValue)
            return .next
        }
        let expected = Array(first.rawValue...end.lsn.rawValue)
        #expect(seen == (number == 0 ? expected.reversed() : expected))
    }
}
