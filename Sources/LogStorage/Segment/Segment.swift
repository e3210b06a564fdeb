/// One file of the log, open for reading.
///
/// Readers look up places under a short lock and read outside it.
final class Segment: Sendable {
    let header: SegmentHeader
    let file: any File
    private let extent: Monitor<SegmentExtent>
    /// What scans have found out.
    let actorTags = Monitor(ActorTagSets())

    init(header: SegmentHeader, file: any File, extent: SegmentExtent) {
        self.header = header
        self.file = file
        self.extent = Monitor(extent)
    }

    var firstLSN: LogSequenceNumber { header.firstLSN }
    var lastLSN: LogSequenceNumber { extent.withLock { $0.lastLSN } }
    var lastTime: LogTimestamp { extent.withLock { $0.lastTime } }
    var firstTime: LogTimestamp? { extent.withLock { $0.firstTime } }
    var dataEnd: UInt64 { extent.withLock { $0.dataEnd } }

    /// Everything known about the contents, for the footer.
    var currentExtent: SegmentExtent { extent.withLock { $0 } }

    /// Entries of the sparse table.
    var tableEntries: Int { extent.withLock { $0.table.entries.count } }

    /// Makes a synced frame visible to readers.
    func add(_ header: FrameHeader, lastTime: LogTimestamp) {
        extent.withLock { $0.add(header, lastTime: lastTime) }
    }

    func seal(tree: MerkleFrontier) {
        extent.withLock { $0.sealedTree = tree }
    }

    /// The bytes to read to find a record.
    func range(of lsn: LogSequenceNumber) -> Range<UInt64> {
        extent.withLock { $0.table.range(of: lsn, end: $0.dataEnd) }
    }

    /// The bytes to read from the record to the segment's end, and the first and the last record that stand in them.
    func stretch(
        from lsn: LogSequenceNumber
    ) -> (range: Range<UInt64>, first: LogSequenceNumber, last: LogSequenceNumber) {
        extent.withLock { extent in
            let index = extent.table.index(of: lsn)
            guard extent.table.entries.indices.contains(index) else {
                return (extent.dataEnd..<extent.dataEnd, firstLSN, extent.lastLSN)
            }
            let entry = extent.table.entries[index]
            return (UInt64(entry.offset)..<max(UInt64(entry.offset), extent.dataEnd), entry.lsn, extent.lastLSN)
        }
    }

    /// The block of the sparse table in which the last record stands that is not after `time`.
    ///
    /// Returns also the first LSN in these bytes.
    func block(atOrBefore time: LogTimestamp) -> (range: Range<UInt64>, first: LogSequenceNumber)? {
        extent.withLock { extent in
            let index = extent.table.index(atOrBefore: time)
            guard extent.table.entries.indices.contains(index) else { return nil }
            return (extent.table.range(at: index, end: extent.dataEnd), extent.table.entries[index].lsn)
        }
    }

    /// The bytes of the block with the record, and of up to `count - 1` blocks before it.
    ///
    /// Returns also the first LSN in these bytes.
    func blocks(endingWith lsn: LogSequenceNumber, count: Int) -> (range: Range<UInt64>, first: LogSequenceNumber)? {
        extent.withLock { extent in
            guard !extent.table.entries.isEmpty else { return nil }
            let last = extent.table.index(of: lsn)
            let first = max(last - count + 1, 0)
            let end = extent.table.range(at: last, end: extent.dataEnd).upperBound
            let entry = extent.table.entries[first]
            return (UInt64(entry.offset)..<end, entry.lsn)
        }
    }

    /// An error about a frame of this segment: all from `lsn` on cannot be read.
    func damage(_ fault: FrameFault, at offset: UInt64, expecting lsn: LogSequenceNumber) -> LogError {
        damage(fault, at: offset, lsn...max(lsn, lastLSN))
    }

    /// An error about some records of a frame of this segment.
    func damage(_ fault: FrameFault, at offset: UInt64, _ lsns: ClosedRange<LogSequenceNumber>) -> LogError {
        LogError(
            .damaged,
            "the log is damaged: \(fault)",
            file: file.path,
            offset: offset,
            lsns: lsns,
            advice: LogError.restoreAdvice
        )
    }
}
