import TestSupport
import Testing

@testable import LogStorage

@Suite("Repair of a store")
struct RepairTests {
    private static let lsn = LogSequenceNumber.init(_:)

    private struct Repaired {
        let plan: RepairPlan
        let summary: RepairSummary
        let salvaged: [StoredRecord]
        /// The new store as a data directory of its own.
        let store: LogFixture
    }

    private static func repair(_ fixture: LogFixture) throws -> Repaired {
        let before = fixture.disk.paths.map { fixture.disk[$0] }
        let repairer = StoreRepairer(try fixture.archive(), patience: .none)
        let plan = try repairer.plan()
        var salvaged: [StoredRecord] = []
        let summary = try repairer.repair(plan, to: "/new") { salvaged.append(StoredRecord(header: $0, payload: $1)) }
        let original = fixture.disk.paths.filter { $0.hasPrefix("/data/") }
        #expect(original.map { fixture.disk[$0] } == before, "the original was touched")
        let moved = MemoryFileSystem()
        for path in ["/data", "/data/wal", "/data/checkpoints"] { try moved.makeDirectory(path) }
        for path in fixture.disk.paths where path.hasPrefix("/new/") {
            moved["/data" + path.dropFirst(4)] = fixture.disk[path]
        }
        let store = LogFixture(disk: moved, segmentBytes: fixture.segmentBytes)
        return Repaired(plan: plan, summary: summary, salvaged: salvaged, store: store)
    }

    /// What every repaired store must be: clean, a prefix of the old one, and fit to go on.
    private static func check(_ repaired: Repaired, of records: [StoredRecord], _ comment: Comment) throws {
        #expect(try repaired.store.findings() == [], comment)
        let served = Int(repaired.plan.servedLSN.rawValue)
        let log = try repaired.store.open()
        #expect(try LogFixture.records(of: log).map(\.header) == records.prefix(served).map(\.header), comment)
        #expect(log.storeID == repaired.summary.storeID, comment)
        try LogFixture.fill(log, batches: [3, 3, 3])
        log.close()
        #expect(try repaired.store.findings() == [], comment)
        for record in repaired.salvaged {
            let original = records[Int(record.header.lsn.rawValue) - 1]
            #expect(record.header == original.header, comment)
            #expect(record.payload == original.payload, comment)
        }
        #expect(UInt64(repaired.salvaged.count) == repaired.plan.salvageable, comment)
    }

    @Test("A good store needs no repair, and its repair is a copy with the same id")
    func goodStore() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let repaired = try Self.repair(store.copy())
        #expect(!repaired.plan.isNeeded)
        #expect(repaired.plan.keepsEveryRecord)
        #expect(repaired.plan.servedLSN == Self.lsn(48))
        #expect(repaired.summary.storeID == store.storeID)
        #expect(repaired.summary.checkpoint == Self.lsn(48))
        try Self.check(repaired, of: store.records, "good store")
    }

    @Test("Damage that is not to records costs nothing: headers, footers, names, checkpoints, store.json are made anew")
    func derivedParts() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let checkpoint = try #require(store.disk.paths.first { $0.hasSuffix(CheckpointFile.ending) })
        let middle = store.segments[1]
        let last = try #require(store.frames.last { $0.path == middle })
        let end = Int(last.offset) + last.header.frameBytes
        let changes: [(Comment, (MemoryFileSystem) -> Void)] = [
            ("header", { $0[middle]?[20] ^= 1 }),
            ("first header", { $0[store.segments[0]]?[8] ^= 1 }),
            ("last header", { $0[store.segments[store.segments.count - 1]]?[41] ^= 1 }),
            ("footer", { disk in disk[middle].map { disk[middle]?[$0.count - 30] ^= 1 } }),
            ("trailer cut off", { $0[middle]?.removeLast(5) }),
            ("footer cut off", { disk in disk[middle].map { disk[middle]?.removeLast($0.count - end) } }),
            ("trailing bytes", { $0[middle]?.append(9) }),
            (
                "name",
                { disk in
                    disk["/data/wal/lost+found"] = disk[middle]
                    disk[middle] = nil
                }
            ),
            ("doubled", { $0["/data/wal/00000000000000000099.wal"] = $0[middle] }),
            ("checkpoint", { $0[checkpoint]?[50] ^= 1 }),
            ("checkpoint block", { $0[checkpoint]?[157] ^= 1 }),
            ("stranger", { $0["/data/wal/x"] = [1] }),
            ("store.json", { $0["/data/store.json"]?[30] ^= 1 }),
            ("no store.json", { $0["/data/store.json"] = nil }),
        ]
        for (name, change) in changes {
            let fixture = store.copy()
            change(fixture.disk)
            let repaired = try Self.repair(fixture)
            #expect(repaired.plan.isNeeded, name)
            #expect(repaired.plan.keepsEveryRecord, name)
            #expect(repaired.plan.servedLSN == Self.lsn(48), name)
            #expect(repaired.summary.storeID == store.storeID, name)
            try Self.check(repaired, of: store.records, name)
        }
    }

    @Test(
        "Where a frame is damaged, all before it is served, all behind it is salvaged, and the new store has a new id"
    )
    func everyFrame() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        for frame in store.frames {
            for place in [5, FrameLayout.headerBytes + 9] {
                let fixture = store.copy()
                fixture.disk[frame.path]?[Int(frame.offset) + place] ^= 1
                let repaired = try Self.repair(fixture)
                let lost = frame.header.firstLSN...frame.header.lastLSN
                #expect(repaired.plan.lost == [lost])
                #expect(repaired.plan.servedLSN == lost.lowerBound.previous)
                #expect(!repaired.plan.keepsEveryRecord)
                #expect(repaired.summary.storeID != store.storeID)
                let behind = store.records.filter { $0.header.lsn > lost.upperBound }
                #expect(repaired.salvaged.map(\.header) == behind.map(\.header))
                try Self.check(repaired, of: store.records, "\(lost)")
            }
        }
    }

    @Test("A missing segment, a forged record and a torn tail are repaired to what can be trusted")
    func otherDamage() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        let missing = store.copy()
        missing.disk[store.segments[1]] = nil
        let first = try #require(store.frames.first { $0.path == store.segments[1] }).header.firstLSN
        let withoutOne = try Self.repair(missing)
        #expect(withoutOne.plan.servedLSN == first.previous)
        #expect(withoutOne.plan.salvageable > 0)
        try Self.check(withoutOne, of: store.records, "missing segment")
        let all = store.copy()
        for path in store.segments { all.disk[path] = nil }
        let empty = try Self.repair(all)
        #expect(empty.plan.servedLSN == .zero)
        #expect(empty.plan.lost == [Self.lsn(1)...Self.lsn(48)])
        try Self.check(empty, of: [], "no segment")
        // The tree of the second footer is not that of the records: all behind the first one is in doubt.
        let forged = store.copy()
        let frame = try #require(store.frames.first { $0.path == store.segments[1] })
        var bytes = Array(
            try #require(forged.disk[frame.path])[Int(frame.offset)...].prefix(frame.header.frameBytes - 4)
        )
        bytes[FrameLayout.headerBytes + 1] ^= 1
        var checksum = ByteWriter()
        checksum.put(Checksum.of(bytes))
        let range = Int(frame.offset)..<(Int(frame.offset) + frame.header.frameBytes)
        forged.disk[frame.path]?.replaceSubrange(range, with: bytes + checksum.bytes)
        let doubted = try Self.repair(forged)
        #expect(doubted.plan.servedLSN == first.previous)
        #expect(doubted.plan.lost == [])
        #expect(doubted.salvaged.map(\.header.lsn.rawValue) == Array(first.rawValue...48))
        #expect(try doubted.store.findings() == [])
        // Its second record does not inflate: a frame is served as a whole or not at all.
        let half = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        half.forge(3) { _, body in body[body.count - 9] ^= 0xFF }
        let unserved = try Self.repair(half.copy())
        #expect(unserved.plan.servedLSN == Self.lsn(6))
        #expect(unserved.plan.lost == [Self.lsn(8)...Self.lsn(8)])
        #expect(unserved.salvaged.first?.header.lsn == Self.lsn(7))
        try Self.check(unserved, of: half.records, "payload")
        let torn = try ArchivedStore(batches: [2, 2, 1], segmentBytes: 64 << 10, checkpoint: false)
        let last = try #require(torn.frames.last)
        torn.disk[last.path]?[Int(last.offset) + 60] ^= 1
        let cut = try Self.repair(torn.copy())
        #expect(cut.plan.findings.map(\.kind) == [.tornTail])
        #expect(cut.plan.keepsEveryRecord)
        try Self.check(cut, of: torn.records, "torn tail")
    }

    @Test("What the caller's hook throws comes out as it is, and no store is left behind")
    func hookThrows() throws {
        struct Enough: Error {}
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 24))
        store.disk[store.frames[3].path]?[Int(store.frames[3].offset) + 40] ^= 1
        let repairer = StoreRepairer(try store.fixture.archive(), patience: .none)
        let plan = try repairer.plan()
        #expect(throws: Enough.self) { _ = try repairer.repair(plan, to: "/new") { _, _ in throw Enough() } }
        #expect(store.disk["/new/store.json"] == nil)
        #expect(store.disk["/new/wal/\(SegmentName.unfinished)"] != nil)
    }
}
