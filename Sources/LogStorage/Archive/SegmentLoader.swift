/// Opens the segments of an archive for reading.
struct SegmentLoader: Sendable {
    let fileSystem: any FileSystem

    /// Opens a segment that no longer grows, its sparse table with it.
    func load(_ segment: ArchivedSegment) throws(LogError) -> Segment {
        let file = try attempt { () throws(SystemCallError) in try fileSystem.open(segment.path, .read) }
        if segment.isSealed, let footer = try SegmentOpener.footer(of: file), footer.firstLSN == segment.firstLSN {
            return Segment(header: segment.header, file: file, extent: SegmentExtent(footer))
        }
        let walk = try SegmentWalk(file, segment.header, end: try size(of: file), through: segment.limit)
        return Segment(header: segment.header, file: file, extent: walk.extent)
    }

    /// Opens the last segment, which may be growing at this moment.
    ///
    /// Returns also what is wrong with it.
    func loadLast(
        _ segment: ArchivedSegment,
        vouched: LogSequenceNumber
    ) throws(LogError) -> (segment: Segment, findings: [DamageFinding]) {
        let file = try attempt { () throws(SystemCallError) in try fileSystem.open(segment.path, .read) }
        // What was read while it was being written may be old in one place and new in another. So faults are believed
        // only when a second look, begun after the first, shows the same.
        var before: SegmentWalk?
        for _ in 0..<Self.maximumLooks {
            if let footer = try SegmentOpener.footer(of: file), footer.firstLSN == segment.firstLSN {
                let opened = Segment(header: segment.header, file: file, extent: SegmentExtent(footer))
                return (opened, missing(behind: opened, vouched: vouched))
            }
            let end = try size(of: file)
            let walk = try SegmentWalk(file, segment.header, end: end, through: segment.limit)
            let isClean = walk.gaps.isEmpty && walk.tail == nil
            if isClean || before.map({ $0.gaps == walk.gaps && $0.tail?.offset == walk.tail?.offset }) == true {
                let opened = Segment(header: segment.header, file: file, extent: walk.extent)
                return (opened, try findings(of: walk, in: opened, end: end, vouched: vouched))
            }
            before = walk
        }
        throw LogError(.io, "the segment changes too fast to be read", file: segment.path, advice: "Try again")
    }

    /// So often in a row no log ends in a frame that is just being written.
    private static let maximumLooks = 100

    private func findings(
        of walk: SegmentWalk,
        in segment: Segment,
        end: UInt64,
        vouched: LogSequenceNumber
    ) throws(LogError) -> [DamageFinding] {
        var findings = walk.gaps.map { DamageFinding($0, in: segment.file.path) }
        let due = walk.extent.lastLSN.next
        if let tail = walk.tail {
            let verdict = try SegmentTail(
                of: segment.file,
                fault: tail.fault,
                offset: tail.offset,
                end: end,
                due: due,
                vouched: vouched
            )
            if case .damaged(let proof) = verdict {
                findings.append(
                    DamageFinding(
                        tail.fault,
                        proof,
                        at: tail.offset,
                        lsns: due...max(due, vouched),
                        in: segment.file.path
                    )
                )
            }
        } else {
            findings += missing(behind: segment, vouched: vouched)
        }
        return findings
    }

    /// What a checkpoint knows of and the last segment does not have.
    private func missing(behind segment: Segment, vouched: LogSequenceNumber) -> [DamageFinding] {
        let extent = segment.currentExtent
        guard vouched > extent.lastLSN else { return [] }
        return [DamageFinding(missing: extent.lastLSN.next...vouched, at: extent.dataEnd, in: segment.file.path)]
    }

    private func size(of file: any File) throws(LogError) -> UInt64 {
        try attempt { () throws(SystemCallError) in try file.size() }
    }
}
