/// One reading of an archive that does not stop at damage.
struct SalvagePass {
    let archive: LogArchive
    let first: LogSequenceNumber
    let last: LogSequenceNumber
    let gap: (DamageFinding) throws -> Void
    let body: LogReader<ArchiveShelf>.Body

    /// What stands in a block that is handed over backwards.
    private enum Item {
        case record(SalvagedRecord)
        case gap(DamageFinding)
    }

    // MARK: In LSN order

    func ascending() throws -> ScanControl {
        var due = first
        for segment in archive.shelf.segments where segment.firstLSN <= last && segment.lastLSN >= first {
            if segment.firstLSN > due { try gap(missing(due...segment.firstLSN.previous)) }
            if let opened = try opened(segment) {
                if try ascending(opened) == .stop { return .stop }
                if let lost = clipped(opened.lastLSN.next, segment.lastLSN) { try gap(atEnd(of: opened, lost)) }
            }
            due = segment.lastLSN.next
        }
        return .next
    }

    private func ascending(_ segment: Segment) throws -> ScanControl {
        let inflater = try archive.reader.inflaters.take(segment.header.dictionaryID)
        defer { archive.reader.inflaters.putBack(inflater, segment.header.dictionaryID) }
        let stretch = segment.stretch(from: max(first, segment.firstLSN))
        var due = stretch.first
        var isBeyond = false
        let end = try SalvageScanner(file: segment.file).scan(
            stretch.range,
            firstLSN: stretch.first,
            through: stretch.last
        ) { event in
            switch event {
            case .gap(let lost):
                if let lsns = lost.lsns { due = lsns.upperBound.next }
                if concerns(lost.lsns) { try gap(DamageFinding(lost, in: segment.file.path)) }
            case .frame(let frame):
                due = frame.header.lastLSN.next
                isBeyond = frame.header.firstLSN > last
                if isBeyond { return .stop }
                return try records(of: frame, in: segment) { record, offset in
                    try hand(record.header, segment, offset) { record.payload(with: inflater) }
                }
            }
            return .next
        }
        switch end {
        case .stopped: return isBeyond ? .next : .stop
        case .complete, .room:
            if let lost = clipped(due, stretch.last) { try gap(atEnd(of: segment, lost)) }
        case .tail(let fault, let offset):
            guard let lost = clipped(due, stretch.last) else { return .next }
            let bytes = offset..<max(offset, stretch.range.upperBound)
            try gap(DamageFinding(FrameGap(fault: fault, bytes: bytes, lsns: lost), in: segment.file.path))
        }
        return .next
    }

    // MARK: Against LSN order

    func descending() throws -> ScanControl {
        var due = last
        for segment in archive.shelf.segments.reversed() where segment.firstLSN <= last && segment.lastLSN >= first {
            if segment.lastLSN < due { try gap(missing(segment.lastLSN.next...due)) }
            if let opened = try opened(segment) {
                if let lost = clipped(opened.lastLSN.next, segment.lastLSN) { try gap(atEnd(of: opened, lost)) }
                if try descending(opened) == .stop { return .stop }
            }
            due = segment.firstLSN.previous
        }
        if due >= first { try gap(missing(first...due)) }
        return .next
    }

    private func descending(_ segment: Segment) throws -> ScanControl {
        let inflater = try archive.reader.inflaters.take(segment.header.dictionaryID)
        defer { archive.reader.inflaters.putBack(inflater, segment.header.dictionaryID) }
        var upper = min(last, segment.lastLSN)
        let lower = max(first, segment.firstLSN)
        while upper >= lower, let (range, start) = segment.blocks(endingWith: upper, count: Self.blocksReadAtOnce) {
            guard start <= upper else {
                try gap(atEnd(of: segment, lower...upper))
                break
            }
            for item in try items(of: segment, range, from: start, through: upper).reversed() {
                switch item {
                case .gap(let finding): try gap(finding)
                case .record(let record):
                    let control = try hand(record.header, segment, record.offset) { record.payload(with: inflater) }
                    if control == .stop { return .stop }
                }
            }
            upper = start.previous
        }
        return .next
    }

    private static let blocksReadAtOnce = 16

    private func items(
        of segment: Segment,
        _ range: Range<UInt64>,
        from start: LogSequenceNumber,
        through upper: LogSequenceNumber
    ) throws -> [Item] {
        var items: [Item] = []
        var due = start
        let scanner = SalvageScanner(file: segment.file)
        let end = try scanner.scan(range, firstLSN: start, through: segment.lastLSN) { event in
            switch event {
            case .gap(let lost):
                if let lsns = lost.lsns { due = lsns.upperBound.next }
                if concerns(lost.lsns) { items.append(.gap(DamageFinding(lost, in: segment.file.path))) }
                return .next
            case .frame(let frame):
                due = frame.header.lastLSN.next
                return try records(of: frame, in: segment, reporting: { items.append(.gap($0)) }) { record, offset in
                    if record.header.lsn <= upper { items.append(.record(SalvagedRecord(record, offset))) }
                    return .next
                }
            }
        }
        if case .tail(let fault, let offset) = end, let lost = clipped(due, upper) {
            let bytes = offset..<max(offset, range.upperBound)
            items.append(.gap(DamageFinding(FrameGap(fault: fault, bytes: bytes, lsns: lost), in: segment.file.path)))
        } else if let lost = clipped(due, upper) {
            items.append(.gap(atEnd(of: segment, lost)))
        }
        return items
    }

    // MARK: Records

    /// - Parameter report: gets what cannot be decoded; ``gap`` if not given.
    private func records(
        of frame: FrameView,
        in segment: Segment,
        reporting report: ((DamageFinding) throws -> Void)? = nil,
        _ each: (RecordView, UInt64) throws -> ScanControl
    ) throws -> ScanControl {
        var due = frame.header.firstLSN
        var records = frame.records
        while due <= frame.header.lastLSN, let record = records.next() {
            if record.header.lsn > last { return .next }
            if record.header.lsn >= first, try each(record, frame.offset) == .stop { return .stop }
            due = due.next
        }
        if let lost = clipped(due, frame.header.lastLSN) {
            let fault = DamageFinding(.record, segment.damage(.record, at: frame.offset, lost), file: segment.file.path)
            try (report ?? gap)(fault)
        }
        return .next
    }

    private func hand(
        _ header: RecordHeader,
        _ segment: Segment,
        _ offset: UInt64,
        _ payload: () -> [UInt8]?
    ) throws -> ScanControl {
        var failure: LogError?
        do {
            return try body(header) { () throws(LogError) in
                if let json = payload() { return json }
                let error = segment.damage(.payload, at: offset, header.lsn...header.lsn)
                failure = error
                throw error
            }
        } catch {
            guard let failure else { throw error }
            try gap(DamageFinding(.payload, failure, file: segment.file.path))
            return .next
        }
    }

    // MARK: Gaps

    /// `nil`, with a gap told, if the file cannot be read.
    private func opened(_ segment: ArchivedSegment) throws -> Segment? {
        do throws(LogError) {
            return try archive.shelf.segment(of: segment.firstLSN)
        } catch {
            guard let lost = clipped(segment.firstLSN, segment.lastLSN) else { return nil }
            var finding = DamageFinding(.unreadable, error, file: segment.path)
            finding.lsns = lost
            try gap(finding)
            return nil
        }
    }

    /// The part of these records that was asked for.
    private func clipped(_ lower: LogSequenceNumber, _ upper: LogSequenceNumber) -> ClosedRange<LogSequenceNumber>? {
        let (lower, upper) = (max(lower, first), min(upper, last))
        return lower <= upper ? lower...upper : nil
    }

    private func concerns(_ lsns: ClosedRange<LogSequenceNumber>?) -> Bool {
        lsns.map { $0.overlaps(first...last) } ?? true
    }

    private func missing(_ lsns: ClosedRange<LogSequenceNumber>) -> DamageFinding {
        DamageFinding(
            .segmentMissing,
            "a segment of the log is missing",
            file: archive.paths.segment(lsns.lowerBound),
            lsns: lsns,
            advice: LogError.restoreAdvice
        )
    }

    private func atEnd(of segment: Segment, _ lsns: ClosedRange<LogSequenceNumber>) -> DamageFinding {
        DamageFinding(
            .frame,
            "the segment ends too early: its last records are lost",
            file: segment.file.path,
            offset: segment.dataEnd,
            lsns: lsns,
            advice: LogError.restoreAdvice
        )
    }
}
