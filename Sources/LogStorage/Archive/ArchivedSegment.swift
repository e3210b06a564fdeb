/// What an archive knows of a segment without having it open.
struct ArchivedSegment: Sendable {
    let path: String
    /// The file's own, or one made up from its name and the segment before it where that is damaged.
    let header: SegmentHeader
    let isHeaderDamaged: Bool
    /// Bytes of the file.
    var bytes: UInt64
    /// What the segment holds, without the table; `nil` in the middle of the log where there is no valid footer.
    var extent: SegmentExtent?
    /// The last record that can stand in it: the one before the next segment.
    var limit: LogSequenceNumber

    var firstLSN: LogSequenceNumber { header.firstLSN }
    var lastLSN: LogSequenceNumber { extent?.lastLSN ?? limit }
    var isSealed: Bool { extent?.sealedTree != nil }
    /// A time that is not after that of its first record.
    var startTime: LogTimestamp { extent?.firstTime ?? header.previousTime.advanced(byMicroseconds: 1) }
}
