import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Reading a damaged store")
struct SalvageTests {
    private static let lsn = LogSequenceNumber.init(_:)

    /// What a reading came across, in its order.
    private enum Item: Equatable {
        case record(UInt64)
        case gap(ClosedRange<UInt64>?)
    }

    private static func salvage(
        _ archive: LogArchive,
        from first: UInt64 = 1,
        through last: UInt64 = .max,
        _ order: ScanOrder = .ascending
    ) throws -> [Item] {
        var items: [Item] = []
        try archive.scanSkippingDamage(
            from: lsn(first),
            through: lsn(last),
            order: order,
            gap: { gap in items.append(.gap(gap.lsns.map { $0.lowerBound.rawValue...$0.upperBound.rawValue })) },
            { header, payload in
                _ = try payload()
                items.append(.record(header.lsn.rawValue))
                return .next
            }
        )
        return items
    }

    private static func records(_ lsns: ClosedRange<UInt64>) -> [Item] { lsns.map { .record($0) } }

    /// The rows before an error, and the error.
    private static func scan(_ archive: LogArchive, _ order: ScanOrder) -> ([UInt64], LogError?) {
        var rows: [UInt64] = []
        do {
            try archive.scan(from: .zero, through: lsn(.max), order: order) { header, payload in
                _ = try payload()
                rows.append(header.lsn.rawValue)
                return .next
            }
            return (rows, nil)
        } catch {
            return (rows, error as? LogError)
        }
    }

    @Test("Rows come up to the damage, wherever a frame is damaged, and with skipping behind it, in both directions")
    func everyFrame() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        for frame in store.frames {
            for place in [3, 20, FrameLayout.headerBytes + 9, frame.header.frameBytes - 2] {
                let fixture = store.copy()
                fixture.disk[frame.path]?[Int(frame.offset) + place] ^= 1
                let lost = frame.header.firstLSN.rawValue...frame.header.lastLSN.rawValue
                let before = lost.lowerBound > 1 ? Self.records(1...(lost.lowerBound - 1)) : []
                let behind = lost.upperBound < 48 ? Self.records((lost.upperBound + 1)...48) : []
                let archive = try fixture.archive()
                let (rows, error) = Self.scan(archive, .ascending)
                #expect(rows == Array(1..<lost.lowerBound), "\(lost) \(place)")
                #expect(error?.code == .damaged)
                #expect(error?.file == frame.path)
                #expect(error?.offset == frame.offset)
                #expect(error?.lsns?.lowerBound == frame.header.firstLSN)
                #expect(Self.scan(archive, .descending).1?.code == .damaged)
                #expect(try Self.salvage(archive) == before + [.gap(lost)] + behind, "\(lost) \(place)")
                let reversed = try Self.salvage(archive, .descending)
                #expect(reversed == (before + [.gap(lost)] + behind).reversed(), "\(lost) \(place)")
                #expect(throws: LogError.self) { try archive.read(frame.header.firstLSN) }
            }
        }
    }

    @Test("A range is read without a word about damage outside of it")
    func ranges() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let frame = store.frames[10]
        store.disk[frame.path]?[Int(frame.offset) + 40] ^= 1
        let archive = try store.fixture.archive()
        #expect(try Self.salvage(archive, from: 3, through: 20) == Self.records(3...20))
        #expect(try Self.salvage(archive, from: 23, through: 30) == Self.records(23...30))
        #expect(try Self.salvage(archive, from: 23, through: 30, .descending) == Self.records(23...30).reversed())
        #expect(
            try Self.salvage(archive, from: 20, through: 24) == [.record(20), .gap(21...22), .record(23), .record(24)]
        )
        #expect(try archive.read(Self.lsn(48)).payload == store.records[47].payload)
    }

    @Test("A segment that is missing, cut off, or without header and footer costs its own records only")
    func segments() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let path = store.segments[1]
        let inside = store.frames.filter { $0.path == path }
        let first = try #require(inside.first).header.firstLSN.rawValue
        let last = try #require(inside.last).header.lastLSN.rawValue
        let missing = store.copy()
        missing.disk[path] = nil
        let around = Self.records(1...(first - 1)) + [.gap(first...last)] + Self.records((last + 1)...48)
        #expect(try Self.salvage(missing.archive()) == around)
        #expect(try Self.salvage(missing.archive(), .descending) == around.reversed())
        #expect(Self.scan(try missing.archive(), .ascending).0 == Array(1..<first))
        #expect(Self.scan(try missing.archive(), .descending).0 == Array(((last + 1)...48).reversed()))
        #expect(try missing.archive().faults.map(\.kind) == [.segmentMissing])
        let cut = store.copy()
        let third = inside[2]
        cut.disk[path]?.removeLast(try #require(cut.disk[path]).count - Int(third.offset) - 7)
        let rest = third.header.firstLSN.rawValue
        let items = Self.records(1...(rest - 1)) + [.gap(rest...last)] + Self.records((last + 1)...48)
        #expect(try Self.salvage(cut.archive()) == items)
        #expect(try Self.salvage(cut.archive(), .descending) == items.reversed())
        #expect(Self.scan(try cut.archive(), .ascending).0 == Array(1..<rest))
        // Rows are rows, though the header and the footer that describe them are damaged.
        let bare = store.copy()
        bare.disk[path]?[20] ^= 1
        let count = try #require(bare.disk[path]).count
        bare.disk[path]?[count - 5] ^= 1
        let archive = try bare.archive()
        #expect(try Self.salvage(archive) == Self.records(1...48))
        #expect(Self.scan(archive, .ascending).0 == Array(1...48))
        #expect(Set(archive.faults.map(\.kind)) == [.segmentHeader, .footer])
    }

    @Test("Damage in the last segment does not hide what stands behind it, and the end that is missing is told")
    func lastSegment() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let inside = store.frames.filter { $0.path == store.segments.last }
        let frame = inside[0]
        let zeroed = store.copy()
        for index in 0..<frame.header.frameBytes { zeroed.disk[frame.path]?[Int(frame.offset) + index] = 0 }
        let archive = try zeroed.archive()
        #expect(archive.last.lsn == Self.lsn(48))
        #expect(archive.faults.map(\.kind) == [.frame])
        let lost = frame.header.firstLSN.rawValue...frame.header.lastLSN.rawValue
        let around = Self.records(1...(lost.lowerBound - 1)) + [.gap(lost)] + Self.records((lost.upperBound + 1)...48)
        #expect(try Self.salvage(archive) == around)
        let end = store.copy()
        let last = try #require(inside.last)
        end.disk[last.path]?[Int(last.offset) + 40] ^= 1
        let ended = try end.archive()
        #expect(ended.last.lsn == Self.lsn(46))
        #expect(Self.scan(ended, .ascending).0 == Array(1...46))
        #expect(Self.scan(ended, .ascending).1?.lsns == Self.lsn(47)...Self.lsn(48))
        #expect(try Self.salvage(ended) == Self.records(1...46) + [.gap(47...48)])
        #expect(try Self.salvage(ended, .descending) == [.gap(47...48)] + Self.records(1...46).reversed())
    }

    @Test("What looks like a frame inside a damaged one is not taken for one of the log")
    func decoys() throws {
        let store = try ArchivedStore(batches: [1, 20, 1, 1, 1, 1, 1, 1], segmentBytes: 8_192)
        let frame = store.frames[1]
        let start = Int(frame.offset)
        let expected = [.record(1), .gap(2...21)] + Self.records(22...27)
        // The header says where the frame ends, so the number of the decoy does not matter.
        for number in [3, 5, 22, 25] as [UInt64] {
            let fixture = store.copy()
            let decoy = store.forged(6) { header, _ in header.firstLSN = Self.lsn(number) }
            fixture.disk[frame.path]?.replaceSubrange((start + 80)..<(start + 80 + decoy.count), with: decoy)
            #expect(try Self.salvage(fixture.archive()) == expected, "decoy \(number)")
            #expect(try Self.salvage(fixture.archive(), .descending) == expected.reversed(), "decoy \(number)")
            #expect(try fixture.findings().count == 1)
        }
        // Without the header only a number tells that cannot be: so many records had no room before it.
        let fixture = store.copy()
        let decoy = store.forged(6) { _, _ in }
        fixture.disk[frame.path]?.replaceSubrange((start + 80)..<(start + 80 + decoy.count), with: decoy)
        fixture.disk[frame.path]?[start + 9] ^= 1
        #expect(try Self.salvage(fixture.archive()) == expected)
    }

    @Test("A file that the disk does not give back costs its own records only")
    func unreadableFile() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let path = store.segments[1]
        let records = store.frames.filter { $0.path == path }.map(\.header)
        let lost = try #require(records.first).firstLSN...(try #require(records.last).lastLSN)
        store.disk.fail { call, opened in call == .open && opened == path ? EIO : nil }
        let archive = try store.fixture.archive()
        #expect(archive.faults.map(\.kind) == [.unreadable])
        #expect(Self.scan(archive, .ascending).0 == Array(1..<lost.lowerBound.rawValue))
        #expect(Self.scan(archive, .ascending).1?.code == .io)
        let around =
            Self.records(1...lost.lowerBound.previous.rawValue)
            + [.gap(lost.lowerBound.rawValue...lost.upperBound.rawValue)]
            + Self.records(lost.upperBound.next.rawValue...48)
        #expect(try Self.salvage(archive) == around)
        let recorder = VisitRecorder()
        _ = try store.fixture.verify(recorder)
        #expect(recorder.kinds == [.unreadable])
        #expect(recorder.skipped == [lost])
        #expect(recorder.records.count == 48 - Int(lost.upperBound.rawValue - lost.lowerBound.rawValue + 1))
    }

    @Test("A frame that has become whole since one looked is no damage, whatever was synced behind it")
    func grownTail() throws {
        let store = try ArchivedStore(batches: [1, 1, 1], segmentBytes: 8_192, checkpoint: false)
        let frame = store.frames[1]
        let file = try store.disk.open(frame.path, .read)
        func tail(_ fault: FrameFault) throws -> SegmentTail {
            let end = try file.size()
            let due = frame.header.firstLSN
            return try SegmentTail(of: file, fault: fault, offset: frame.offset, end: end, due: due, vouched: .zero)
        }
        let whole = try tail(.body)
        if case .grown = whole {} else { Issue.record("it is whole, but \(whole)") }
        store.disk[frame.path]?[Int(frame.offset) + 40] ^= 1
        let broken = try tail(.body)
        if case .damaged = broken {} else { Issue.record("it is damaged, but \(broken)") }
    }

    @Test("The body can end a reading anywhere, and its own errors end it too")
    func stopping() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        store.disk[store.frames[3].path]?[Int(store.frames[3].offset) + 40] ^= 1
        let archive = try store.fixture.archive()
        for stop in 1...48 where stop != 7 && stop != 8 {
            for order in [ScanOrder.ascending, .descending] {
                var last: UInt64 = 0
                try archive.scanSkippingDamage(from: .zero, through: Self.lsn(.max), order: order, gap: { _ in }) {
                    header,
                    _ in
                    last = header.lsn.rawValue
                    return last == UInt64(stop) ? .stop : .next
                }
                #expect(last == UInt64(stop))
            }
        }
        struct Enough: Error {}
        #expect(throws: Enough.self) {
            try archive.scanSkippingDamage(from: .zero, through: Self.lsn(.max), gap: { _ in }) { _, _ in throw Enough()
            }
        }
    }
}
