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

    @Test(
        "A record that was changed with every checksum and footer is found at the start or by the scrub, by a checkpoint"
    )
    func forgedWithFooters() throws {
        let original = try ArchivedStore(batches: Array(repeating: 2, count: 30))
        var refusals = 0
        for index in original.frames.indices {
            let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
            // The subject, a number of one byte.
            store.forge(index) { _, body in body[1] ^= 1 }
            try store.forgeTrees()
            do {
                let log = try store.fixture.open()
                let findings = try log.logFiles.checkpointScrubs().flatMap { ScrubTests.findings(of: $0) }
                #expect(findings.map(\.kind) == [.merkleRoot], "frame \(index)")
                #expect(findings.first?.file.hasSuffix(".checkpoint") == true)
                log.close()
            } catch let error as LogError {
                refusals += 1
                #expect(error.code == .damaged && error.description.contains("contradicts"), "frame \(index): \(error)")
                #expect(error.lsns?.contains(store.frames[index].header.firstLSN) == true, "frame \(index): \(error)")
            }
        }
        #expect(refusals >= 16 && refusals < original.frames.count)
    }

    @Test("A footer that was changed alone contradicts another one, and the start says so")
    func forgedFooterAtStart() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 30), checkpoint: false)
        // Two neighbours whose trees begin with the same large subtree.
        let sizes = try store.segments.dropLast().map { path in
            try SegmentOpener.footer(of: store.disk.open(path, .read))?.tree.size ?? 0
        }
        let pairs = zip(sizes, sizes.dropFirst())
        let index = try #require(Array(pairs).firstIndex { $0.leadingZeroBitCount == $1.leadingZeroBitCount })
        try store.forgeFooter(index) { footer in
            var tree = MerkleFrontier()
            for _ in 0..<footer.tree.size { tree.append(.ofEmptyTree) }
            footer.tree = tree
        }
        let error = try #require(throws: LogError.self) { try store.fixture.open() }
        #expect(error.code == .damaged && error.description.contains("contradicts"), "\(error)")
    }

    @Test("Trees of one log never disagree, whatever their sizes")
    func agreement() {
        var trees = [MerkleFrontier()]
        for number in 0..<70 {
            var tree = trees[number]
            tree.append(MerkleHash(bytes: Array(repeating: UInt8(number), count: MerkleHash.byteCount)))
            trees.append(tree)
        }
        for tree in trees { for other in trees { #expect(tree.disagreement(with: other) == nil) } }
        var other = MerkleFrontier()
        for _ in 0..<70 { other.append(.ofEmptyTree) }
        #expect(trees[70].disagreement(with: other) == Self.lsn(1)...Self.lsn(64))
    }
}
