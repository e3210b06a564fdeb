import TestSupport
import Testing

@testable import LogStorage

@Suite("Scans for one actor")
struct ActorTagTests {
    private static let count: UInt64 = 12_000
    private static let seldom: UInt32 = 7
    private static let never: UInt32 = 99
    private static let inTheCrowd: UInt32 = 5_500

    /// Two actors all the time, one seldom, and a crowd for a while.
    private static func tag(_ number: UInt64) -> UInt32 {
        if number % 2_500 == 1_200 { return seldom }
        if (5_000..<6_000).contains(number) { return UInt32(number) }
        return number % 3 == 0 ? 1 : 2
    }

    private static func append(_ numbers: ClosedRange<UInt64>, to log: WriteAheadLog) throws {
        for start in stride(from: numbers.lowerBound, through: numbers.upperBound, by: 500) {
            let records = (start...min(start + 499, numbers.upperBound)).map { number in
                var record = LogFixture.record(number)
                record.actorTag = tag(number)
                return record
            }
            _ = try log.append(records)
        }
    }

    /// A log of a few segments.
    private static func log() throws -> (log: WriteAheadLog, disk: MemoryFileSystem) {
        let fixture = LogFixture(segmentBytes: 256 << 10)
        let log = try fixture.open()
        try append(1...count, to: log)
        #expect(log.extent.segments >= 3)
        return (log, fixture.disk)
    }

    /// The records of one actor, and how many were looked at.
    private static func scan(
        _ log: WriteAheadLog,
        for tag: UInt32,
        _ range: ClosedRange<UInt64> = 1...count,
        _ order: ScanOrder = .descending,
        limit: Int = .max
    ) throws -> (found: [UInt64], visited: Int) {
        var found: [UInt64] = []
        var visited = 0
        let (first, last) = (LogSequenceNumber(range.lowerBound), LogSequenceNumber(range.upperBound))
        try log.scan(from: first, through: last, order: order, actorTag: tag) { header, _ in
            visited += 1
            if header.actorTag == tag { found.append(header.lsn.rawValue) }
            return found.count == limit ? .stop : .next
        }
        return (found, visited)
    }

    private static func expected(_ tag: UInt32, _ range: ClosedRange<UInt64>, _ order: ScanOrder) -> [UInt64] {
        let numbers = range.filter { self.tag($0) == tag }
        return order == .ascending ? numbers : numbers.reversed()
    }

    @Test("Each actor's records are found in both orders, in any range, whatever was read before")
    func equalAnswers() throws {
        let (log, _) = try Self.log()
        var random = SeededGenerator(seed: 7)
        for round in 0..<60 {
            let tag = try #require([1, 2, Self.seldom, Self.never, Self.inTheCrowd].randomElement(using: &random))
            let order: ScanOrder = Bool.random(using: &random) ? .ascending : .descending
            let first = round % 4 == 0 ? 1 : UInt64.random(in: 1...Self.count, using: &random)
            let last = round % 4 == 0 ? Self.count : UInt64.random(in: first...Self.count, using: &random)
            let expected = Self.expected(tag, first...last, order)
            #expect(try Self.scan(log, for: tag, first...last, order).found == expected, "round \(round)")
            let limit = Int.random(in: 1...5, using: &random)
            let page = try Self.scan(log, for: tag, first...last, order, limit: limit)
            #expect(page.found == Array(expected.prefix(limit)), "round \(round), \(limit) wanted")
        }
    }

    @Test("What was read once is known: the next scan looks only where the actor may be", arguments: [true, false])
    func skips(ascending: Bool) throws {
        let order: ScanOrder = ascending ? .ascending : .descending
        let (log, _) = try Self.log()
        #expect(try Self.scan(log, for: Self.seldom, 1...Self.count, order).visited == Int(Self.count))
        let again = try Self.scan(log, for: Self.seldom, 1...Self.count, order)
        #expect(again.found == Self.expected(Self.seldom, 1...Self.count, order))
        // Five groups that have the actor, two with the crowd, and at the end of each segment one that is not whole.
        #expect(again.visited <= (7 + log.extent.segments) * 1_024)
        #expect(again.visited < Int(Self.count))
        // A plain scan of another order has taught it just as well.
        let other = try Self.scan(log, for: Self.never, 1...Self.count, ascending ? .descending : .ascending)
        #expect(other.found.isEmpty)
        #expect(other.visited < again.visited)
    }

    @Test("Records that come later are found, among them those of groups that were not whole")
    func appended() throws {
        let (log, _) = try Self.log()
        _ = try Self.scan(log, for: Self.seldom)
        let more = Self.count * 2
        for start in stride(from: Self.count + 1, through: more, by: 1_500) {
            try Self.append(start...(start + 1_499), to: log)
            let range = 1...(start + 1_499)
            #expect(try Self.scan(log, for: Self.seldom, range).found == Self.expected(Self.seldom, range, .descending))
        }
    }

    @Test("Damage is reported where it is read")
    func damage() throws {
        let (log, disk) = try Self.log()
        let fixture = LogFixture(disk: disk.copy(), segmentBytes: 256 << 10)
        log.close()
        let path = fixture.segment(1)
        var bytes = try #require(fixture.disk[path])
        bytes[bytes.count / 2] ^= 1
        fixture.disk[path] = bytes
        let damaged = try fixture.open()
        for _ in 0..<2 {
            #expect(throws: LogError.self) { try Self.scan(damaged, for: Self.never) }
            #expect(throws: LogError.self) { try Self.scan(damaged, for: Self.never, 1...Self.count, .ascending) }
        }
    }
}
