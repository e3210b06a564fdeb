import TestSupport
import Testing

@testable import LogStorage

/// Changes by somebody who knows the format and makes the checksums right again.
@Suite("Verification of a forged store")
struct ForgeryTests {
    private static let lsn = LogSequenceNumber.init(_:)

    @Test("What cannot be is found though all checksums are right: order, times, records, payloads, tree")
    func forgedFrames() throws {
        let changes: [(DamageFinding.Kind, (inout FrameHeader, inout [UInt8]) -> Void)] = [
            (.lsnOrder, { header, _ in header.firstLSN = Self.lsn(13) }),
            (.lsnOrder, { header, _ in header.firstLSN = Self.lsn(3) }),
            (.timeOrder, { header, _ in header.baseTime = LogTimestamp(microseconds: 5) }),
            // Flags of another codec, fewer records than the body has, and more.
            (.record, { _, body in body[0] |= 0b0001_0000 }),
            (.record, { header, _ in header.recordCount = 1 }),
            (.record, { header, _ in header.recordCount = 3 }),
            (.payload, { _, body in body[body.count - 9] ^= 0xFF }),
            // The subject, a number of one byte.
            (.merkleRoot, { _, body in body[1] ^= 1 }),
        ]
        for (index, (kind, change)) in changes.enumerated() {
            let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
            store.forge(2, change)
            let recorder = VisitRecorder()
            let summary = try store.fixture.verify(recorder)
            #expect(recorder.kinds.contains(kind), "change \(index): \(recorder.findings)")
            #expect(recorder.findings.allSatisfy { $0.file == store.frames[2].path }, "change \(index)")
            // In the tree every record before the footer is under suspicion.
            #expect(summary.soundLSN == (kind == .merkleRoot ? .zero : Self.lsn(4)), "change \(index)")
            let lsns = recorder.records.map(\.header.lsn)
            #expect(lsns == lsns.sorted() && Set(lsns).count == lsns.count, "change \(index)")
            #expect(recorder.records.last?.header == store.records.last?.header, "change \(index)")
        }
    }

    @Test("A footer that does not say what its frames lead to is found though its checksums are right")
    func forgedFooters() throws {
        let changes: [(DamageFinding.Kind, (inout SegmentFooter) -> Void)] = [
            (.footer, { $0.firstTime = $0.firstTime.advanced(byMicroseconds: -1) }),
            (.footer, { $0.lastTime = $0.lastTime.advanced(byMicroseconds: 1) }),
            (.footer, { $0.table.append(.init(lsn: $0.lastLSN, time: $0.lastTime, offset: UInt32($0.dataEnd) - 1)) }),
            (
                .merkleRoot,
                { footer in
                    var tree = MerkleFrontier()
                    for _ in 0..<footer.tree.size { tree.append(.ofEmptyTree) }
                    footer.tree = tree
                }
            ),
        ]
        for (index, (kind, change)) in changes.enumerated() {
            let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
            try store.forgeFooter(1, change)
            let recorder = VisitRecorder()
            _ = try store.fixture.verify(recorder)
            #expect(recorder.kinds.contains(kind), "change \(index): \(recorder.findings)")
            #expect(recorder.records.count == 60, "change \(index)")
        }
    }

    @Test("A checkpoint whose tree or time is not that of its record is found though its checksums are right")
    func forgedCheckpoint() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 5), checkpoint: false)
        let last = try #require(store.records.last).header
        var tree = MerkleFrontier()
        for _ in 0..<10 { tree.append(.ofEmptyTree) }
        let right = try #require(try store.fixture.verify(VisitRecorder()).tree)
        for (kind, time, tree) in [
            (DamageFinding.Kind.merkleRoot, last.time, tree),
            (.checkpoint, last.time.advanced(byMicroseconds: 1), right),
        ] {
            let directory = CheckpointDirectory(
                fileSystem: store.disk,
                path: "/data/checkpoints",
                storeID: store.storeID
            )
            let header = CheckpointHeader(storeID: store.storeID, lsn: last.lsn, time: time, tree: tree)
            var writer = try CheckpointWriter(header, in: directory)
            try writer.append([1])
            try writer.finish()
            #expect(try store.fixture.findings().map(\.kind) == [kind])
        }
    }
}
