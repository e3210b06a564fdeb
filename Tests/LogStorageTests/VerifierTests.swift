import TestSupport
import Testing

@testable import LogStorage

@Suite("Verification of a store")
struct VerifierTests {
    private static let lsn = LogSequenceNumber.init(_:)

    @Test("A good store has no findings; each record is visited in order, and the tree is that of all of them")
    func goodStore() throws {
        let store = try ArchivedStore(batches: [1, 5, 2, 1, 1, 9, 3, 1, 1, 1, 4, 4, 2])
        let recorder = VisitRecorder()
        let summary = try store.fixture.verify(recorder)
        #expect(recorder.findings == [])
        #expect(recorder.skipped == [])
        #expect(recorder.records.map(\.header) == store.records.map(\.header))
        #expect(recorder.records.map(\.payload) == store.records.map(\.payload))
        let places = store.frames.flatMap { frame in
            Array(repeating: RecordPlace(file: frame.path, offset: frame.offset), count: frame.header.recordCount)
        }
        #expect(recorder.places == places)
        #expect(summary.records == 35)
        #expect(summary.lastLSN == Self.lsn(35))
        #expect(summary.soundLSN == Self.lsn(35))
        #expect(summary.segments == store.segments.count)
        #expect(summary.checkpoints == 1)
        #expect(summary.tree?.head.bytes == MerkleReference.head(of: store.records))
        let bytes = store.disk.paths.filter { $0.hasSuffix(".wal") }.reduce(0) { $0 + (store.disk[$1]?.count ?? 0) }
        #expect(summary.bytes >= UInt64(bytes))
    }

    @Test("Every flipped bit in every byte of every file is found")
    func everyBit() throws {
        let store = try ArchivedStore(batches: [1, 2, 1, 1, 1, 2], segmentBytes: 400)
        #expect(store.segments.count >= 3)
        #expect(try store.fixture.findings() == [])
        var flips = 0
        for path in store.disk.paths where path != "/data/LOCK" {
            let count = try #require(store.disk[path]).count
            for position in 0..<count {
                for bit in 0..<8 {
                    store.disk[path]?[position] ^= 1 << bit
                    #expect(try !store.fixture.findings().isEmpty, "\(path), byte \(position), bit \(bit)")
                    store.disk[path]?[position] ^= 1 << bit
                    flips += 1
                }
            }
        }
        print("flips", flips, store.segments.count)
        #expect(try store.fixture.findings() == [])
    }
}
