import TestSupport
import Testing

@testable import LogStorage

/// Every kind of damage, in every segment: what is refused, and that it is said where.
@Suite("Damage in any segment")
struct SegmentDamageTests {
    private static let lsn = LogSequenceNumber.init(_:)

    /// Segments of a few frames each, the last one open.
    private static func store() throws -> ArchivedStore {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 28), checkpoint: false)
        #expect(store.segments.count >= 4)
        return store
    }

    /// The frames of a segment.
    private static func frames(of path: String, _ store: ArchivedStore) -> [(header: FrameHeader, offset: UInt64)] {
        store.frames.filter { $0.path == path }.map { ($0.header, $0.offset) }
    }

    private static func records(_ path: String, _ store: ArchivedStore) throws -> ClosedRange<LogSequenceNumber> {
        let frames = frames(of: path, store)
        return try #require(frames.first).header.firstLSN...(try #require(frames.last).header.lastLSN)
    }

    /// What opening the log, or reading all of it, says, and how many records came before.
    private static func refusal(_ fixture: LogFixture) -> (error: LogError?, records: UInt64) {
        var count: UInt64 = 0
        do {
            let log = try fixture.open()
            defer { log.close() }
            try log.scan(from: lsn(1), through: lsn(.max), order: .ascending) { _, payload in
                if try !payload().isEmpty { count += 1 }
                return .next
            }
            return (nil, count)
        } catch {
            return (error as? LogError, count)
        }
    }

    @Test("A frame that is not what was written is named by file, offset and records, and all before it is served")
    func frames() throws {
        let store = try Self.store()
        let open = try #require(store.segments.last)
        for path in store.segments {
            let frames = Self.frames(of: path, store)
            // The last frame of the open segment has nothing behind it that vouches for it.
            for (header, offset) in path == open ? frames.dropLast() : frames[...] {
                let last = try Self.records(path, store).upperBound
                for place in [0, 4, 9, 17, 25, 30, 40, header.frameBytes - 1] {
                    let broken = store.copy()
                    broken.disk[path]?[Int(offset) + place] ^= 0x20
                    let (error, records) = Self.refusal(broken)
                    let comment: Comment = "\(path) at \(offset) + \(place)"
                    #expect(error?.code == .damaged, comment)
                    #expect(error?.file == path && error?.offset == offset, comment)
                    #expect(error?.lsns?.lowerBound == header.firstLSN, comment)
                    #expect(error?.lsns?.upperBound == (path == open ? header.firstLSN : last), comment)
                    #expect(records == (path == open ? 0 : header.firstLSN.previous.rawValue), comment)
                    let findings = try broken.findings().filter { $0.file == path && $0.offset == offset }
                    #expect(findings.contains { $0.lsns == header.firstLSN...header.lastLSN }, comment)
                }
            }
        }
    }

    @Test("Frames that are whole but not those that are due are damage where they stand")
    func order() throws {
        let store = try Self.store()
        for path in store.segments {
            let frames = Self.frames(of: path, store)
            let bytes = try #require(store.disk[path])
            let (first, second) = (frames[0], frames[1])
            let exchanged = store.copy()
            let middle = Array(bytes[Int(second.offset)..<(Int(second.offset) + second.header.frameBytes)])
            let start = Array(bytes[Int(first.offset)..<Int(second.offset)])
            exchanged.disk[path]?.replaceSubrange(
                Int(first.offset)..<(Int(second.offset) + second.header.frameBytes),
                with: middle + start
            )
            let left = store.copy()
            left.disk[path]?.removeSubrange(Int(first.offset)..<Int(second.offset))
            let doubled = store.copy()
            doubled.disk[path]?.insert(contentsOf: start, at: Int(second.offset))
            for (fixture, due, place, name) in [
                (exchanged, first.header.firstLSN, first.offset, "exchanged"),
                (left, first.header.firstLSN, first.offset, "left out"),
                (doubled, second.header.firstLSN, second.offset, "doubled"),
            ] {
                let (error, _) = Self.refusal(fixture)
                #expect(error?.code == .damaged && error?.file == path, "\(name) in \(path): \(error as Any)")
                #expect(error?.lsns?.contains(due) == true, "\(name) in \(path): \(error as Any)")
                // Where bytes are left out or added, a sealed segment has lost the place of its footer first.
                #expect(error?.offset == place || path != store.segments.last && error?.offset == nil)
                #expect(try !fixture.findings().isEmpty, "\(name) in \(path)")
            }
        }
    }

    @Test("A header, a footer or a whole segment that is not what was written stops the start, with its records")
    func segments() throws {
        let store = try Self.store()
        let other = try Self.store()
        let open = try #require(store.segments.last)
        for path in store.segments {
            let count = try #require(store.disk[path]).count
            let records = try Self.records(path, store)
            // Nothing says how far the open segment reaches.
            let named = path == open ? records.lowerBound...records.lowerBound : records
            let foreign = try #require(other.disk[path])
            var damages: [(name: String, offset: UInt64?, change: (inout [UInt8]) -> Void)] = [
                ("magic", 0, { $0[2] ^= 1 }), ("store id", 0, { $0[20] ^= 1 }), ("first LSN", 0, { $0[33] ^= 1 }),
                ("time", 0, { $0[44] ^= 1 }), ("header's checksum", 0, { $0[62] ^= 1 }),
                ("half a header", 0, { $0 = Array($0[..<40]) }), ("nothing", 0, { $0 = [] }),
                ("another store's", nil, { $0 = foreign }),
            ]
            if path != open {
                damages += [
                    ("footer", nil, { $0[count - 60] ^= 1 }), ("footer's checksum", nil, { $0[count - 18] ^= 1 }),
                    ("trailer", nil, { $0[count - 9] ^= 1 }), ("trailer's magic", nil, { $0[count - 6] ^= 1 }),
                    ("trailer's checksum", nil, { $0[count - 2] ^= 1 }),
                    ("cut off", nil, { $0.removeLast() }), ("cut in the middle", nil, { $0.removeLast(count / 2) }),
                    ("a byte too many", nil, { $0.append(7) }), ("zeros behind", nil, { $0 += [0, 0, 0, 0] }),
                ]
            }
            for (name, offset, change) in damages {
                let broken = store.copy()
                var bytes = try #require(broken.disk[path])
                change(&bytes)
                broken.disk[path] = bytes
                // Without it, the id comes from the first segment.
                let (error, served) = Self.refusal(broken)
                #expect(error?.code == .damaged && error?.file == path, "\(name) of \(path): \(error as Any)")
                #expect(error?.offset == offset, "\(name) of \(path): \(error as Any)")
                #expect(error?.lsns == named, "\(name) of \(path): \(error as Any)")
                #expect(served == 0)
                #expect(try broken.findings().contains { $0.file == path }, "\(name) of \(path)")
                #expect(broken.disk[path] == bytes, "what is refused is left as it is")
            }
        }
    }

    @Test("A segment that is missing, renamed or doubled stops the start, with the records that are nowhere or twice")
    func names() throws {
        let store = try Self.store()
        for path in store.segments.dropLast() {
            let records = try Self.records(path, store)
            let missing = store.copy()
            missing.disk[path] = nil
            let renamed = store.copy()
            renamed.disk["/data/wal/" + SegmentName.of(records.lowerBound.next)] = renamed.disk[path]
            renamed.disk[path] = nil
            let doubled = store.copy()
            doubled.disk["/data/wal/" + SegmentName.of(records.lowerBound.next)] = doubled.disk[path]
            for (fixture, expected) in [
                (missing, records), (renamed, records.lowerBound...records.lowerBound),
                (doubled, records.lowerBound.next...records.upperBound.next),
            ] {
                let (error, served) = Self.refusal(fixture)
                #expect(error?.code == .damaged && error?.lsns == expected, "\(path): \(error as Any)")
                #expect(
                    error?.file.map(fixture.disk.paths.contains) == false || error?.file?.hasPrefix("/data/wal") == true
                )
                #expect(served == 0)
                #expect(try !fixture.findings().isEmpty)
            }
        }
    }

    @Test("Acknowledged records that are gone without a trace are missed by the checkpoint that contains them")
    func missingEnd() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 28))
        let last = try #require(store.records.last).header.lsn
        let open = try #require(store.segments.last)
        // The newest frames read as zeros, as room for frames to come does.
        for (header, offset) in Self.frames(of: open, store) {
            let broken = store.copy()
            let count = try #require(broken.disk[open]).count
            broken.disk[open]?.replaceSubrange(Int(offset)..., with: Array(repeating: 0, count: count - Int(offset)))
            let (error, _) = Self.refusal(broken)
            #expect(error?.code == .damaged && error?.file == open && error?.offset == offset, "\(error as Any)")
            #expect(error?.lsns == header.firstLSN...last, "\(error as Any)")
            #expect(try broken.findings().map(\.kind) == [.recordsMissing])
        }
        // The newest segments are gone.
        for count in 1..<store.segments.count {
            let broken = store.copy()
            for path in store.segments.suffix(count) { broken.disk[path] = nil }
            let left = try #require(store.segments.dropLast(count).last)
            let first = try Self.records(left, store).upperBound.next
            let (error, _) = Self.refusal(broken)
            #expect(error?.code == .damaged && error?.file == left, "\(error as Any)")
            #expect(error?.lsns == first...last, "\(error as Any)")
            #expect(try broken.findings().contains { $0.kind == .recordsMissing && $0.lsns == first...last })
        }
    }
}
