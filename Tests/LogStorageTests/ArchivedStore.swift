import TestSupport

@testable import LogStorage

/// A stopped store of several small segments and a checkpoint, to be looked at and damaged.
struct ArchivedStore {
    let fixture: LogFixture
    let storeID: StoreID
    let records: [StoredRecord]
    /// Where the segments' frames start and which records they hold, by path.
    let frames: [(path: String, header: FrameHeader, offset: UInt64)]

    var disk: MemoryFileSystem { fixture.disk }

    /// - Parameter checkpoint: whether one is written at the end, as a clean stop does.
    init(batches: [Int], segmentBytes: Int = 1_024, checkpoint: Bool = true) throws {
        var fixture = LogFixture(segmentBytes: segmentBytes)
        let clock = ManualClock()
        fixture.now = { clock.now() }
        fixture.background = .caller
        let log = try fixture.open()
        try LogFixture.fill(log, batches: batches)
        if checkpoint { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2, 3]) } }
        records = try LogFixture.records(of: log)
        storeID = log.storeID
        log.prepareNextSegment()
        log.close()
        self.fixture = LogFixture(disk: fixture.disk.copy(), segmentBytes: segmentBytes)
        frames = try Self.frames(on: self.fixture.disk)
    }

    private static func frames(
        on disk: MemoryFileSystem
    ) throws -> [(path: String, header: FrameHeader, offset: UInt64)] {
        var frames: [(path: String, header: FrameHeader, offset: UInt64)] = []
        for path in disk.paths where path.hasSuffix(".wal") {
            let file = try disk.open(path, .read)
            let end = try FrameScanner(file: file).scan(UInt64(SegmentHeader.byteCount)..<file.size()) { frame in
                frames.append((path, frame.header, frame.offset))
                return .next
            }
            if case .complete = end { continue }
        }
        return frames
    }

    /// The same store on a disk of its own.
    func copy() -> LogFixture { LogFixture(disk: disk.copy(), segmentBytes: fixture.segmentBytes) }

    /// The paths of the segments, in LSN order.
    var segments: [String] { disk.paths.filter { $0.hasSuffix(".wal") } }

    /// Changes a frame and makes its checksums right again, as somebody would who knows the format.
    func forge(_ frame: Int, _ change: (_ header: inout FrameHeader, _ body: inout [UInt8]) -> Void) {
        let (path, header, offset) = frames[frame]
        let forged = forged(frame, change)
        disk[path]?.replaceSubrange(Int(offset)..<(Int(offset) + header.frameBytes), with: forged)
    }

    /// The bytes of a frame that was changed and has the right checksums.
    func forged(_ frame: Int, _ change: (_ header: inout FrameHeader, _ body: inout [UInt8]) -> Void) -> [UInt8] {
        let (path, original, offset) = frames[frame]
        guard let bytes = disk[path] else { return [] }
        var header = original
        var body = Array(bytes[(Int(offset) + FrameLayout.headerBytes)...].prefix(header.bodyBytes))
        change(&header, &body)
        var forged = ByteWriter()
        header.put(into: &forged)
        forged.put(body)
        forged.put(forged.checksum())
        return forged.bytes
    }

    /// Changes the footer of a segment and makes its checksums right again.
    func forgeFooter(_ segment: Int, _ change: (inout SegmentFooter) -> Void) throws {
        let path = segments[segment]
        guard var footer = try SegmentOpener.footer(of: disk.open(path, .read)), let bytes = disk[path] else { return }
        let dataEnd = Int(footer.dataEnd)
        change(&footer)
        disk[path] = bytes[..<dataEnd] + footer.encoded()
    }

    /// Makes the tree heads of all footers those of the records, as somebody would who changed some of them.
    func forgeTrees() throws {
        var tree = RecordTree()
        for (index, path) in segments.enumerated() {
            let file = try disk.open(path, .read)
            let inflater = try PayloadInflater(dictionaryID: PresetDictionary.currentID)
            _ = try FrameScanner(file: file).scan(UInt64(SegmentHeader.byteCount)..<file.size()) { frame in
                var records = frame.records
                while let record = records.next() {
                    tree.append(record.header, record.payload(with: inflater) ?? [])
                }
                return .next
            }
            let frontier = tree.frontier
            try forgeFooter(index) { $0.tree = frontier }
        }
    }
}
