/// A file of a backup, of which the size is known before it is read.
public struct BackupFile: Sendable {
    enum Source: Sendable {
        case bytes([UInt8])
        /// A file that does not change.
        case file(any File)
        /// A segment as it was, the footer included if it was sealed.
        case segment(Segment, SegmentExtent)
    }

    /// The path below the data directory, for example `wal/00000000000000000001.wal`.
    public let name: String
    public let byteCount: UInt64
    let source: Source
    /// Where damage is noted that reading it comes across.
    private(set) var damage: ReadDamage?

    init(name: String, byteCount: UInt64, source: Source) {
        self.name = name
        self.byteCount = byteCount
        self.source = source
    }

    init(_ segment: Segment, _ extent: SegmentExtent, noting damage: ReadDamage) {
        name = "wal/\(SegmentName.of(segment.firstLSN))"
        let footerBytes = extent.footer(firstLSN: segment.firstLSN)?.encoded().count ?? 0
        byteCount = extent.dataEnd + UInt64(footerBytes)
        source = .segment(segment, extent)
        self.damage = damage
    }

    /// Reads the file from its beginning; any number may read at once.
    public func reader() -> BackupReader { BackupReader(self) }
}

extension SegmentExtent {
    /// The footer that a sealed segment has; `nil` for one that is not sealed.
    func footer(firstLSN: LogSequenceNumber) -> SegmentFooter? {
        guard let sealedTree, let firstTime else { return nil }
        return SegmentFooter(
            firstLSN: firstLSN,
            lastLSN: lastLSN,
            firstTime: firstTime,
            lastTime: lastTime,
            dataEnd: dataEnd,
            tree: sealedTree,
            table: table
        )
    }
}
