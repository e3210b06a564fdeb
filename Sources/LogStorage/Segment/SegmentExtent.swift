/// What a segment holds and where: grows with the open segment, stands still in a sealed one.
struct SegmentExtent: Sendable {
    /// `nil` while there is no record.
    var firstTime: LogTimestamp?
    /// One before the first LSN while there is no record.
    var lastLSN: LogSequenceNumber
    /// That of the segment before while there is no record.
    var lastTime: LogTimestamp
    /// The offset behind the last frame.
    var dataEnd: UInt64
    var table: SparseTable
    /// The Merkle tree at ``lastLSN``, once the segment is sealed.
    var sealedTree: MerkleFrontier?

    init(emptyBehind header: SegmentHeader) {
        lastLSN = header.firstLSN.previous
        lastTime = header.previousTime
        dataEnd = UInt64(SegmentHeader.byteCount)
        table = SparseTable()
    }

    init(_ footer: SegmentFooter) {
        firstTime = footer.firstTime
        lastLSN = footer.lastLSN
        lastTime = footer.lastTime
        dataEnd = footer.dataEnd
        table = footer.table
        sealedTree = footer.tree
    }

    /// Takes in a frame that stands at ``dataEnd``.
    mutating func add(_ header: FrameHeader, lastTime: LogTimestamp) {
        table.note(header, at: dataEnd)
        if firstTime == nil { firstTime = header.baseTime }
        lastLSN = header.lastLSN
        self.lastTime = lastTime
        dataEnd += UInt64(header.frameBytes)
    }
}
