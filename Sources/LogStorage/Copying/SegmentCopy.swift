/// Writes the segments of a new store out of the frames of another.
final class SegmentCopy: SegmentSink {
    private let fileSystem: any FileSystem
    private let paths: StorePaths
    private let storeID: StoreID
    private var file: (any File)?
    private var header: SegmentHeader?
    private var extent: SegmentExtent?
    private var pending: [UInt8] = []
    private var written: UInt64 = 0

    /// Segments that were finished.
    private(set) var segments = 0
    /// Bytes that they have.
    private(set) var bytes: UInt64 = 0

    /// What is written at once.
    private static let pieceBytes = 1 << 20

    init(_ store: NewStore, storeID: StoreID) {
        fileSystem = store.fileSystem
        paths = store.paths
        self.storeID = storeID
    }

    func begin(_ header: SegmentHeader) throws {
        var header = header
        header.storeID = storeID
        let path = paths.segment(header.firstLSN)
        file = try attempt { () throws(SystemCallError) in try fileSystem.open(path, .createOrEmpty) }
        self.header = header
        extent = SegmentExtent(emptyBehind: header)
        pending = header.encoded()
        written = 0
    }

    func put(_ frame: FrameView) throws {
        guard let lastTime = frame.lastTime else { return }
        extent?.add(frame.header, lastTime: lastTime)
        pending.append(contentsOf: frame.bytes)
        if pending.count >= Self.pieceBytes { try flush() }
    }

    func end(_ tree: MerkleFrontier?) throws {
        if let tree, let footer = footer(tree) { pending += footer.encoded() }
        try flush()
        let file = file
        try attempt { () throws(SystemCallError) in try file?.syncData() }
        segments += 1
        bytes += written
        self.file = nil
    }

    private func footer(_ tree: MerkleFrontier) -> SegmentFooter? {
        guard let header, let extent, let firstTime = extent.firstTime else { return nil }
        return SegmentFooter(
            firstLSN: header.firstLSN,
            lastLSN: extent.lastLSN,
            firstTime: firstTime,
            lastTime: extent.lastTime,
            dataEnd: extent.dataEnd,
            tree: tree,
            table: extent.table
        )
    }

    private func flush() throws(LogError) {
        let (file, bytes, offset) = (file, pending, written)
        try attempt { () throws(SystemCallError) in try file?.writeFully(bytes, at: offset) }
        written += UInt64(pending.count)
        pending.removeAll(keepingCapacity: true)
    }
}
