extension StorePass {
    /// What is read of one segment.
    struct Reading {
        let segment: ArchivedSegment
        let file: any File
        let inflater: PayloadInflater
        let isLast: Bool
        /// Where the frames go on.
        var position = UInt64(SegmentHeader.byteCount)
        var table = SparseTable()
        var firstTime: LogTimestamp?
        /// Whether all frames so far are good.
        var isWhole = true
        /// Where frames are missing between others, as it seemed at an earlier look.
        var doubtfulOffsets: Set<UInt64> = []
    }

    func verify(_ segment: ArchivedSegment, isLast: Bool) throws {
        if segment.firstLSN > due { try skip(due...segment.firstLSN.previous) }
        do {
            let file = try attempt { () throws(SystemCallError) in try fileSystem.open(segment.path, .read) }
            let inflater = try PayloadInflater(dictionaryID: segment.header.dictionaryID)
            var reading = Reading(segment: segment, file: file, inflater: inflater, isLast: isLast)
            summary.segments += 1
            hasRead(UInt64(SegmentHeader.byteCount))
            let header = try settledHeader(of: segment)
            try beginCopy(of: header)
            try verifyContents(&reading)
        } catch let error as LogError where error.code == .io || error.code == .notFound {
            var finding = DamageFinding(.unreadable, error, file: segment.path)
            let last = segment.extent?.lastLSN ?? (isLast ? survey.vouched : segment.limit)
            finding.lsns = due...max(due, last)
            try found(finding)
            try skip(due...max(due, last))
        }
    }

    /// The header as it should be, the time of the record before it checked or taken from it.
    private func settledHeader(of segment: ArchivedSegment) throws -> SegmentHeader {
        var header = segment.header
        if segment.isHeaderDamaged {
            header.previousTime = lastTime ?? header.previousTime
        } else if lastTime == nil, segment.firstLSN > LogSequenceNumber(1) {
            lastTime = header.previousTime
        } else if header.previousTime != lastTime ?? LogTimestamp(microseconds: 0) {
            try found(
                DamageFinding(
                    .timeOrder,
                    "the segment's header and the record before it disagree about the time",
                    file: segment.path,
                    offset: 0,
                    lsns: segment.firstLSN...segment.firstLSN,
                    advice: LogError.restoreAdvice
                )
            )
        }
        return header
    }

    private func verifyContents(_ reading: inout Reading) throws {
        var looks = 0
        while true {
            let footer = try SegmentOpener.footer(of: reading.file)
            let size = try attempt { () throws(SystemCallError) in try reading.file.size() }
            let isOfThis = footer.map { isFooter($0, of: reading.segment) } ?? false
            let end = isOfThis ? footer?.dataEnd ?? size : size
            let before = reading.position
            let ending = try scan(&reading, to: end, mayBeGrowing: reading.isLast && !isOfThis)
            let fault: FrameFault? = if case .tail(let fault, _) = ending { fault } else { nil }
            if let footer, isOfThis {
                return try finishSealed(reading, footer, fault: fault, size: size)
            }
            guard reading.isLast else { return try finishFooterless(reading, fault: fault, size: size) }
            switch ending {
            case .complete, .room:
                hasRead(size - min(size, reading.position))
                return try finish(reading, isSealed: false)
            case .stopped, .tail: break
            }
            looks = reading.position > before ? 1 : looks + 1
            if looks >= patience.looks, try finishTorn(reading, fault ?? .header, size: size) { return }
            patience.pause()
        }
    }

    private func isFooter(_ footer: SegmentFooter, of segment: ArchivedSegment) -> Bool {
        footer.firstLSN == segment.firstLSN && footer.lastLSN <= segment.limit
    }

    /// Reads frames from where the reading stands, to the end or to where no frame follows.
    ///
    /// - Parameter mayBeGrowing: whether a fault that has frames behind it is only believed at the second look.
    /// - Returns: how that ended; ``SalvageScanner/End/stopped`` at a fault that is not believed yet.
    private func scan(_ reading: inout Reading, to end: UInt64, mayBeGrowing: Bool) throws -> SalvageScanner.End {
        // A copy, since the compiler lets no closure change what was lent to this function.
        var current = reading
        defer { reading = current }
        // From the first doubtful place on, a look only notes the others, so that all of them cost one pause.
        var isDoubting = false
        let scanner = SalvageScanner(file: reading.file, bufferBytes: 1 << 20)
        let start = reading.position
        let ending = try scanner.scan(start..<max(start, end), firstLSN: due, through: reading.segment.limit) { event in
            if mayBeGrowing, case .gap(let gap) = event,
                current.doubtfulOffsets.insert(gap.bytes.lowerBound).inserted
            {
                isDoubting = true
            }
            if isDoubting { return .next }
            switch event {
            case .gap(let gap): try take(gap, &current)
            case .frame(let frame): try take(frame, &current)
            }
            return .next
        }
        return isDoubting ? .stopped : ending
    }

    private func take(_ gap: FrameGap, _ reading: inout Reading) throws {
        try found(DamageFinding(gap, in: reading.segment.path))
        reading.isWhole = false
        reading.position = gap.bytes.upperBound
        hasRead(UInt64(gap.bytes.count))
        if let lsns = gap.lsns { try skip(lsns) }
    }

    private func take(_ frame: FrameView, _ reading: inout Reading) throws {
        reading.position = frame.offset + UInt64(frame.header.frameBytes)
        reading.table.note(frame.header, at: frame.offset)
        if reading.firstTime == nil { reading.firstTime = frame.header.baseTime }
        hasRead(UInt64(frame.header.frameBytes))
        let isGood = try verifyRecords(of: frame, reading)
        if !isGood { reading.isWhole = false }
        if isGood { try copy(frame) }
    }
}
