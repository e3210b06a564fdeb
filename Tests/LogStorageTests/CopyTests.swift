import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Copy of a store")
struct CopyTests {
    private static let lsn = LogSequenceNumber.init(_:)

    private static func copy(_ fixture: LogFixture, to directory: String = "/new") throws -> CopySummary {
        try StoreCopier(try fixture.archive(), patience: .none).copy(to: directory)
    }

    /// The store that stands in `directory`, as a data directory of its own.
    private static func store(at directory: String, on disk: MemoryFileSystem) throws -> LogFixture {
        let moved = MemoryFileSystem()
        for path in ["/data", "/data/wal", "/data/checkpoints"] { try moved.makeDirectory(path) }
        for path in disk.paths where path.hasPrefix(directory + "/") {
            moved["/data" + path.dropFirst(directory.count)] = disk[path]
        }
        return LogFixture(disk: moved, segmentBytes: 1_024)
    }

    @Test("A copy has the same bytes, verifies clean, and serves")
    func identical() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 20))
        let last = try #require(store.segments.last)
        let summary = try Self.copy(store.fixture)
        #expect(summary.records == 60)
        #expect(summary.lastLSN == Self.lsn(60))
        #expect(summary.checkpoint == Self.lsn(60))
        #expect(summary.tree?.head.bytes == MerkleReference.head(of: store.records))
        #expect(summary.tornTail == nil)
        for path in store.disk.paths where path.hasPrefix("/data/") {
            let copied = store.disk["/new" + path.dropFirst("/data".count)]
            switch path {
            case "/data/LOCK", "/data/wal/next.prepared": #expect(copied == nil)
            case last:
                // Without the room behind the last frame.
                let end =
                    try #require(store.frames.last).offset + UInt64(try #require(store.frames.last).header.frameBytes)
                #expect(copied == store.disk[path].map { Array($0.prefix(Int(end))) })
            default: #expect(copied == store.disk[path], "\(path)")
            }
        }
        let copy = try Self.store(at: "/new", on: store.disk)
        #expect(try copy.findings() == [])
        let log = try copy.open()
        #expect(log.storeID == store.storeID)
        #expect(try LogFixture.records(of: log).map(\.header) == store.records.map(\.header))
        try LogFixture.fill(log, batches: Array(repeating: 2, count: 10))
        log.close()
        #expect(try copy.findings() == [])
    }

    @Test("Stores of every size are copied: the empty one, one segment, one that ends sealed")
    func sizes() throws {
        for batches in [[], [1], [5], [3, 3], Array(repeating: 1, count: 30)] {
            let store = try ArchivedStore(batches: batches, checkpoint: !batches.isEmpty)
            _ = try Self.copy(store.fixture)
            let copy = try Self.store(at: "/new", on: store.disk)
            #expect(try copy.findings() == [])
            #expect(try LogFixture.records(of: copy.open()).map(\.header) == store.records.map(\.header))
        }
        // Sealed, and the next segment could not be made.
        let sealed = try ArchivedStore(batches: Array(repeating: 3, count: 20), checkpoint: false)
        sealed.disk[try #require(sealed.segments.last)] = nil
        _ = try Self.copy(sealed.fixture)
        #expect(try Self.store(at: "/new", on: sealed.disk).findings() == [])
    }

    @Test("A store in use, rotating and keeping checkpoints, is copied with all that was acknowledged before")
    func storeInUse() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [1])
        let isDone = Monitor(false)
        let appender = try WorkerThread(name: "appender") {
            var round = 0
            while !isDone.withLock({ $0 }), round < 2_000 {
                round += 1
                do {
                    try LogFixture.fill(log, batches: [1 + round % 9])
                    if round % 7 == 0 { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2]) } }
                } catch {
                    Issue.record(error)
                    return
                }
            }
        }
        for number in 0..<6 {
            let acknowledged = log.last.lsn
            let summary = try StoreCopier(try fixture.archive()).copy(to: "/copy\(number)")
            #expect(summary.lastLSN >= acknowledged)
            let copy = try Self.store(at: "/copy\(number)", on: fixture.disk)
            #expect(try copy.findings() == [])
            let records = try LogFixture.records(of: copy.archive()).map(\.header.lsn.rawValue)
            #expect(records == Array(1...summary.lastLSN.rawValue))
        }
        isDone.withLock { $0 = true }
        appender.join()
        log.close()
    }

    @Test("A damaged store is not copied: the damage is named, and the original stays as it is")
    func damaged() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 20))
        for path in store.disk.paths where path != "/data/LOCK" && !path.hasSuffix(SegmentName.prepared) {
            let count = path == store.segments.last ? 200 : try #require(store.disk[path]).count
            for position in stride(from: 1, to: count, by: 53) {
                let fixture = store.copy()
                fixture.disk[path]?[position] ^= 8
                let before = fixture.disk.paths.map { fixture.disk[$0] }
                #expect { try Self.copy(fixture) } throws: { error in
                    (error as? LogError)?.code == .damaged && (error as? LogError)?.file != nil
                }
                let original = fixture.disk.paths.filter { $0.hasPrefix("/data/") }
                #expect(original.map { fixture.disk[$0] } == before)
                #expect(fixture.disk["/new/store.json"] == nil)
                if fixture.disk.paths.contains(where: { $0.hasPrefix("/new/") }) {
                    #expect(throws: LogError.self) { try Self.store(at: "/new", on: fixture.disk).open() }
                }
            }
        }
    }

    @Test("A torn tail is left out and said")
    func tornTail() throws {
        let store = try ArchivedStore(batches: [2, 2, 1], segmentBytes: 64 << 10, checkpoint: false)
        let last = try #require(store.frames.last)
        store.disk[last.path]?[Int(last.offset) + 60] ^= 1
        let summary = try Self.copy(store.fixture)
        #expect(summary.lastLSN == Self.lsn(4))
        #expect(summary.tornTail?.kind == .tornTail)
        #expect(try Self.store(at: "/new", on: store.disk).findings() == [])
    }

    @Test("Nothing is written into a directory that holds something")
    func occupied() throws {
        let store = try ArchivedStore(batches: [2])
        store.disk["/new/notes.txt"] = [1]
        try store.disk.makeDirectory("/new")
        #expect { try Self.copy(store.fixture) } throws: { ($0 as? LogError)?.code == .invalidDirectory }
        #expect(store.disk.paths.filter { $0.hasPrefix("/new/") } == ["/new/notes.txt"])
        #expect { try Self.copy(store.fixture, to: "/data") } throws: { ($0 as? LogError)?.code == .invalidDirectory }
    }

    @Test("A copy that is cut off at any call is no store, or a whole one, also after a crash of the machine")
    func crashAtEveryCall() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 9))
        for call in 1... {
            let fixture = store.copy()
            fixture.disk.crash(atCall: call)
            let copied = Result { try Self.copy(fixture) }
            let isClean = !fixture.disk.isTroubled
            for mode in [CrashMode.lost, .kept, .mixed(seed: UInt64(call))] {
                let found = fixture.disk.afterCrash(mode)
                let copy = try Self.store(at: "/new", on: found)
                guard found.paths.contains(where: { $0.hasPrefix("/new/") }) else { continue }
                switch Result(catching: { try copy.findings() }) {
                case .success([]): #expect(try LogFixture.records(of: copy.open()).count == 27, "call \(call), \(mode)")
                case .success, .failure:
                    if case .success = copied, mode == .lost { Issue.record("call \(call): a copy was lost") }
                }
                // A server starts with all of it, or not at all, or with an empty directory.
                if let log = try? copy.open() {
                    #expect([0, 27].contains(log.last.lsn.rawValue), "call \(call), \(mode)")
                    log.close()
                }
            }
            if isClean { return }
        }
    }
}
