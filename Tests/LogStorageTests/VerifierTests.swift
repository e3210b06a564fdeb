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
        let bytes = store.segments.reduce(0) { $0 + (store.disk[$1]?.count ?? 0) }
        #expect(summary.bytes >= UInt64(bytes))
        #expect(recorder.progress.last.map { $0 >= UInt64(bytes) } == true)
    }

    /// The work is shared out, since it takes some seconds.
    @Test("Every flipped bit in every byte of every file is found", arguments: 0..<4)
    func everyBit(share: Int) throws {
        let store = try ArchivedStore(batches: [1, 2, 1, 1, 1], segmentBytes: 300)
        #expect(store.segments.count >= 3)
        // Made in the background, so it may not be there yet when the log is closed.
        let prepared = "/data/wal/\(SegmentName.prepared)"
        if store.disk[prepared] == nil { store.disk[prepared] = [UInt8](repeating: 0, count: 300) }
        #expect(try store.fixture.findings() == [])
        // It is empty; and what it guards is the server's, not the reader's.
        for path in store.disk.paths where path != "/data/LOCK" {
            let count = try #require(store.disk[path]).count
            // The quarter of the bits that is this case's part.
            for index in TestScale.sample(0..<2 * count, about: 100) {
                let (position, bit) = (index / 2, share * 2 + index % 2)
                store.disk[path]?[position] ^= 1 << bit
                #expect(try !store.fixture.findings().isEmpty, "\(path), byte \(position), bit \(bit)")
                store.disk[path]?[position] ^= 1 << bit
            }
        }
        #expect(try store.fixture.findings() == [])
    }

    @Test("A file that is cut off anywhere is found")
    func everyTruncation() throws {
        let store = try ArchivedStore(batches: [1, 2, 1, 1, 1], segmentBytes: 300)
        let last = try #require(store.segments.last)
        let end = try #require(store.frames.last).offset + UInt64(try #require(store.frames.last).header.frameBytes)
        for path in store.disk.paths where path != "/data/LOCK" && !path.hasSuffix(SegmentName.prepared) {
            let bytes = try #require(store.disk[path])
            for cut in 0..<bytes.count {
                store.disk[path] = Array(bytes[..<cut])
                // Preallocated room may end anywhere: only what was written has to be there.
                let isHarmless = path == last && UInt64(cut) >= end
                #expect(try store.fixture.findings().isEmpty == isHarmless, "\(path) cut at \(cut)")
            }
            store.disk[path] = bytes
        }
    }

    @Test("All damage is found, not only the first, and all other records are visited")
    func severalDamages() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
        let frames = store.frames
        // The body of one frame, the header of another, and two that stand beside each other.
        let damaged = [2, 9, 17, 18]
        store.disk[frames[2].path]?[Int(frames[2].offset) + 50] ^= 1
        store.disk[frames[9].path]?[Int(frames[9].offset) + 9] ^= 1
        store.disk[frames[17].path]?[Int(frames[17].offset) + 40] ^= 1
        store.disk[frames[18].path]?[Int(frames[18].offset) + 3] ^= 1
        let recorder = VisitRecorder()
        let summary = try store.fixture.verify(recorder)
        let lost = damaged.flatMap { [UInt64($0) * 2 + 1, UInt64($0) * 2 + 2] }
        #expect(recorder.records.map(\.header.lsn.rawValue) == (1...60).filter { !lost.contains($0) })
        #expect(
            recorder.skipped == [Self.lsn(5)...Self.lsn(6), Self.lsn(19)...Self.lsn(20), Self.lsn(35)...Self.lsn(38)]
        )
        #expect(recorder.kinds == [.frame, .frame, .frame])
        #expect(recorder.findings.map(\.lsns) == recorder.skipped.map { $0 })
        #expect(recorder.findings.map(\.offset) == [frames[2].offset, frames[9].offset, frames[17].offset])
        #expect(recorder.findings.map(\.file) == [frames[2].path, frames[9].path, frames[17].path])
        #expect(summary.soundLSN == Self.lsn(4))
        // Footers behind the damage say the tree again.
        #expect(summary.tree?.head.bytes == MerkleReference.head(of: store.records))
    }

    @Test("A missing segment, the first, one between or the last under a checkpoint, is said with its records")
    func missingSegments() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
        for (index, path) in store.segments.enumerated() {
            let fixture = store.copy()
            fixture.disk[path] = nil
            let recorder = VisitRecorder()
            _ = try fixture.verify(recorder)
            let records = store.frames.filter { $0.path == path }.map(\.header)
            let lost = try #require(records.first).firstLSN...(try #require(records.last).lastLSN)
            let isLast = index == store.segments.count - 1
            #expect(recorder.kinds == [isLast ? .recordsMissing : .segmentMissing])
            #expect(recorder.findings.first?.lsns == lost)
            #expect(recorder.skipped == [lost])
            #expect(recorder.records.map(\.header) == store.records.map(\.header).filter { !lost.contains($0.lsn) })
        }
        let fixture = store.copy()
        for path in store.segments { fixture.disk[path] = nil }
        #expect(try fixture.findings().map(\.kind) == [.segmentMissing, .recordsMissing])
    }

    @Test("A renamed segment is named and read in its place; a doubled one is named and left out")
    func renamedAndDoubled() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
        for name in [SegmentName.of(Self.lsn(50)), "old.wal", "00000000000000000013.wal.bak"] {
            for isCopied in [false, true] {
                let fixture = store.copy()
                let path = "/data/wal/\(name)"
                fixture.disk[path] = fixture.disk[store.segments[1]]
                if !isCopied { fixture.disk[store.segments[1]] = nil }
                let recorder = VisitRecorder()
                _ = try fixture.verify(recorder)
                #expect(recorder.kinds == [isCopied ? .segmentDoubled : .segmentName], "\(name)")
                #expect(recorder.findings.first?.file == path)
                #expect(recorder.records.map(\.header) == store.records.map(\.header))
            }
        }
    }

    @Test("A damaged header or footer of a segment is named, and no record is lost with it")
    func headersAndFooters() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 30))
        for path in store.segments {
            for offset in [0, 9, 13, 20, 33, 41, 50, 61] {
                let fixture = store.copy()
                fixture.disk[path]?[offset] ^= 0x40
                let recorder = VisitRecorder()
                let summary = try fixture.verify(recorder)
                #expect(recorder.kinds == [.segmentHeader], "\(path) \(offset)")
                #expect(recorder.records.count == 60)
                #expect(summary.soundLSN == Self.lsn(60))
            }
        }
        for path in store.segments.dropLast() {
            let count = try #require(store.disk[path]).count
            for back in [3, 20, 60, 120] {
                let fixture = store.copy()
                fixture.disk[path]?[count - back] ^= 1
                let recorder = VisitRecorder()
                let summary = try fixture.verify(recorder)
                #expect(recorder.kinds == [.footer], "\(path) \(back)")
                #expect(recorder.records.count == 60)
                #expect(summary.soundLSN == Self.lsn(60))
            }
            let fixture = store.copy()
            fixture.disk[path]?.append(contentsOf: [0, 0, 7])
            #expect(try fixture.findings().map(\.kind) == [.trailingBytes])
        }
    }

    @Test("Strangers, a checkpoint that is damaged or of another store, and a written preparation are named")
    func otherFiles() throws {
        let store = try ArchivedStore(batches: Array(repeating: 2, count: 10))
        let other = try ArchivedStore(batches: [1, 1])
        func kinds(_ change: (MemoryFileSystem) -> Void) throws -> [DamageFinding.Kind] {
            let fixture = store.copy()
            change(fixture.disk)
            return try fixture.findings().map(\.kind)
        }
        let checkpoint = try #require(store.disk.paths.first { $0.hasSuffix(CheckpointFile.ending) })
        #expect(try kinds { $0["/data/wal/notes.txt"] = [1] } == [.stranger])
        #expect(try kinds { $0["/data/checkpoints/notes.txt"] = [1] } == [.stranger])
        #expect(try kinds { $0["/data/wal/unfinished.copy"] = [] } == [.unfinishedCopy])
        #expect(try kinds { $0[store.segments[0]] = other.disk[other.segments[0]] } == [.foreignFile, .segmentMissing])
        #expect(try kinds { $0[checkpoint]?[30] ^= 1 } == [.checkpoint])
        #expect(try kinds { $0[checkpoint]?.append(0) } == [.checkpoint])
        #expect(
            try kinds { $0[checkpoint.replacingName("00000000000000000007.checkpoint")] = $0[checkpoint] } == [
                .checkpoint
            ]
        )
        // Whether the next segment is there by now depends on a thread.
        let prepared = Array(repeating: UInt8(0), count: 70) + [1]
        #expect(try kinds { $0["/data/wal/next.prepared"] = prepared } == [.preparedSegment])
        #expect(try kinds { $0["/data/wal/next.prepared"] = nil } == [])
        #expect(try kinds { $0["/data/store.json"] = nil } == [.storeDescription])
        #expect(try kinds { $0["/data/store.json"] = other.disk["/data/store.json"] }.contains(.foreignFile))
    }

    @Test("A crash between the header of the next segment and its name is no damage")
    func headerInPreparation() throws {
        let store = try ArchivedStore(batches: [2, 2])
        let header = SegmentHeader(
            dictionaryID: 1,
            storeID: store.storeID,
            firstLSN: Self.lsn(5),
            previousTime: try #require(store.records.last).header.time
        )
        store.disk["/data/wal/next.prepared"]?.replaceSubrange(0..<SegmentHeader.byteCount, with: header.encoded())
        #expect(try store.fixture.findings() == [])
    }

    @Test("A torn tail has a kind of its own; what a checkpoint vouches for is damage, and so is what was synced")
    func tails() throws {
        let torn = try ArchivedStore(batches: [2, 2, 1], segmentBytes: 64 << 10, checkpoint: false)
        let last = try #require(torn.frames.last)
        torn.disk[last.path]?[Int(last.offset) + 60] ^= 1
        let recorder = VisitRecorder()
        let summary = try torn.fixture.verify(recorder)
        #expect(recorder.kinds == [.tornTail])
        #expect(recorder.findings.first?.offset == last.offset)
        #expect(recorder.skipped == [])
        #expect(summary.soundLSN == Self.lsn(4))
        let vouched = try ArchivedStore(batches: [2, 2, 1], segmentBytes: 64 << 10)
        vouched.disk[last.path]?[Int(last.offset) + 60] ^= 1
        #expect(try vouched.fixture.findings().map(\.kind) == [.frame])
        #expect(try vouched.fixture.findings().first?.lsns == Self.lsn(5)...Self.lsn(5))
        // The last two are gone; of the last one only a header is left, and it says that the one before was synced.
        let synced = torn.copy()
        let before = torn.frames[torn.frames.count - 2]
        synced.disk[before.path]?[Int(before.offset) + 40] ^= 1
        #expect(try synced.findings().map(\.kind) == [.frame])
    }

    @Test("A store in use, rotating and keeping checkpoints, verifies clean whenever one looks")
    func storeInUse() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        let isDone = Monitor(false)
        let wrong = Monitor<[String]>([])
        let verifier = try WorkerThread(name: "verifier") {
            while !isDone.withLock({ $0 }) {
                do {
                    let recorder = VisitRecorder()
                    let before = log.last.lsn
                    let summary = try ArchiveVerifier(try fixture.archive()).verify(recorder)
                    if !recorder.findings.isEmpty || summary.lastLSN < before {
                        wrong.withLock { $0.append("\(before) \(summary.lastLSN) \(recorder.findings)") }
                    }
                } catch {
                    wrong.withLock { $0.append("\(error)") }
                }
            }
        }
        for round in 0..<150 {
            try LogFixture.fill(log, batches: [1 + round % 9])
            if round % 10 == 9 { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) } }
        }
        isDone.withLock { $0 = true }
        verifier.join()
        #expect(wrong.withLock { $0 } == [])
        log.close()
    }

    @Test("What the visitor throws ends the pass")
    func visitorThrows() throws {
        final class Impatient: ArchiveVisitor {
            struct Enough: Error {}
            func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws { throw Enough() }
            func found(_ finding: DamageFinding) throws {}
        }
        let store = try ArchivedStore(batches: [1])
        #expect(throws: Impatient.Enough.self) { _ = try store.fixture.verify(Impatient()) }
    }
}
