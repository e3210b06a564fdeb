/// Which actors' tags occur where in a segment, as far as it was read since it was opened.
///
/// It is in memory only and derived: what is not known is read. A question for one who did little then reads the places
/// where that actor may occur and not the whole log.
struct ActorTagSets: Sendable {
    /// Records that share a set, from the segment's first one on.
    static let groupRecords: UInt64 = 1_024
    /// The most tags in a set, which bounds its memory to a small part of what it stands for. A group with more actors is
    /// always read.
    static let maximumTags = 64

    /// By group, as far as they are known; an empty set stands for too many tags.
    ///
    /// No array: behind a gap, numbers may be as high as a forged file says.
    private var sets: [Int: [UInt32]] = [:]

    /// Whether a record with `tag` may stand in the group.
    func mayHold(_ tag: UInt32, in group: Int) -> Bool {
        guard let tags = sets[group], !tags.isEmpty else { return true }
        return tags.contains(tag)
    }

    /// Notes the tags of all records of a group.
    mutating func set(_ tags: [UInt32], of group: Int) {
        sets[group] = tags.count <= Self.maximumTags ? tags : []
    }
}

extension Segment {
    /// The group of ``ActorTagSets`` that the record belongs to.
    func group(of lsn: LogSequenceNumber) -> Int {
        Int((lsn.rawValue - firstLSN.rawValue) / ActorTagSets.groupRecords)
    }

    /// The parts of the range, in LSN order, in which a record with `tag` may stand.
    ///
    /// - Parameter lsns: records of this segment.
    func parts(of lsns: ClosedRange<LogSequenceNumber>, holding tag: UInt32) -> [ClosedRange<LogSequenceNumber>] {
        actorTags.withLock { sets in
            var parts: [ClosedRange<LogSequenceNumber>] = []
            for group in group(of: lsns.lowerBound)...group(of: lsns.upperBound) where sets.mayHold(tag, in: group) {
                let start = firstLSN.rawValue + UInt64(group) * ActorTagSets.groupRecords
                // The last group of all numbers may not be whole.
                let (end, isBeyond) = start.addingReportingOverflow(ActorTagSets.groupRecords - 1)
                let part = LogSequenceNumber(start)...LogSequenceNumber(isBeyond ? .max : end)
                if let last = parts.last, last.upperBound == part.lowerBound.previous {
                    parts[parts.count - 1] = last.lowerBound...part.upperBound
                } else {
                    parts.append(part)
                }
            }
            return parts.map { $0.clamped(to: lsns) }
        }
    }
}

/// Collects the tags of each group whose records are all read, one after the other.
struct ActorTagCollector {
    private let segment: Segment
    private var group = -1
    private var count: UInt64 = 0
    private var tags: [UInt32] = []
    private var lastTag: UInt32?

    init(_ segment: Segment) {
        self.segment = segment
    }

    /// Takes note of the record that was read next, or next against the order.
    mutating func note(_ header: RecordHeader) {
        let group = segment.group(of: header.lsn)
        if group != self.group {
            self.group = group
            count = 0
            tags.removeAll(keepingCapacity: true)
            lastTag = nil
        }
        count += 1
        if header.actorTag != lastTag, tags.count <= ActorTagSets.maximumTags {
            lastTag = header.actorTag
            if !tags.contains(header.actorTag) { tags.append(header.actorTag) }
        }
        guard count == ActorTagSets.groupRecords else { return }
        let all = tags
        segment.actorTags.withLock { $0.set(all, of: group) }
    }
}
