/// Where to begin reading for an LSN or a time: an entry for about every 4 KiB of a segment.
struct SparseTable: Sendable, Equatable {
    /// The first record of a frame, and where the frame starts.
    struct Entry: Sendable, Equatable {
        var lsn: LogSequenceNumber
        var time: LogTimestamp
        /// In bytes from the segment's start; segments are shorter than 4 GiB.
        var offset: UInt32
    }

    private(set) var entries: [Entry] = []

    /// Bytes of frames that share an entry.
    static let interval: UInt32 = 4_096

    /// Takes note of a frame, if the last noted one is far enough away.
    mutating func note(_ header: FrameHeader, at offset: UInt64) {
        let offset = UInt32(clamping: offset)
        if let last = entries.last, offset - last.offset < Self.interval { return }
        entries.append(Entry(lsn: header.firstLSN, time: header.baseTime, offset: offset))
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
    }

    /// The bytes in which the record stands, if the segment has it: from a frame's start to another's, or to `end`.
    func range(of lsn: LogSequenceNumber, end: UInt64) -> Range<UInt64> {
        let index = max(entries.partitionIndex { $0.lsn > lsn } - 1, 0)
        return range(at: index, end: end)
    }

    /// The place of the last entry that is not after `time`; 0 if all are.
    func index(atOrBefore time: LogTimestamp) -> Int {
        max(entries.partitionIndex { $0.time > time } - 1, 0)
    }

    /// The place of the entry whose bytes hold the record.
    func index(of lsn: LogSequenceNumber) -> Int {
        max(entries.partitionIndex { $0.lsn > lsn } - 1, 0)
    }

    /// The bytes that the entry at `index` leads to.
    func range(at index: Int, end: UInt64) -> Range<UInt64> {
        guard entries.indices.contains(index) else { return end..<end }
        let start = UInt64(entries[index].offset)
        let next = index + 1 < entries.count ? UInt64(entries[index + 1].offset) : end
        return start..<max(start, next)
    }
}

extension Array {
    /// The first index whose element satisfies `isAfter`, in an array in which all such elements stand at the end.
    package func partitionIndex(where isAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
