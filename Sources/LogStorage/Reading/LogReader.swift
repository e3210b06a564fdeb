/// Reads records out of segments: the one decoder of the serving log and of the tools that only look.
///
/// It reports damage and a missing segment where it meets them and repairs nothing. May be used from any thread.
struct LogReader<Shelf: SegmentShelf>: Sendable {
    let shelf: Shelf
    let inflaters: CodecPool<PayloadInflater>
    /// Whether reads of single records may wait; scans always do.
    var mode = ReadMode.blocking

    typealias Body = (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl

    /// The record with the number `lsn`, its frame's checksums verified.
    func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord {
        let segment = try segment(of: lsn)
        return try segment.withRecord(lsn, mode) { record throws(LogError) in
            StoredRecord(header: record.header, payload: try payload(of: record, in: segment))
        }
    }

    /// The header of the record with the number `lsn`; nothing is inflated.
    func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader {
        try segment(of: lsn).withRecord(lsn, mode) { record throws(LogError) in record.header }
    }

    /// Hands the records of a closed range to `body`, in LSN order or against it; numbers beyond the log's ends are
    /// left out.
    ///
    /// - Parameter tag: the tag of the only actor who is of interest; others' records may then be left out.
    func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        actorTag tag: UInt32? = nil,
        _ body: Body
    ) throws {
        let first = max(first, LogSequenceNumber(1))
        let end = shelf.last.lsn
        let damage = last > end ? shelf.damageAtEnd : nil
        if let damage, order == .descending { throw damage }
        let last = min(last, end)
        if first <= last {
            let control =
                switch order {
                case .ascending: try scanAscending(from: first, through: last, tag, body)
                case .descending: try scanDescending(from: first, through: last, tag, body)
                }
            if control == .stop { return }
        }
        if let damage { throw damage }
    }

    private func scanAscending(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ tag: UInt32?,
        _ body: Body
    ) throws -> ScanControl {
        var due = first
        for number in shelf.numbers(from: first, through: last) {
            if number > due { throw missing(due...number.previous) }
            guard let segment = try shelf.segment(of: number) else { throw missing(due...last) }
            if try scan(segment, from: first, through: last, .ascending, tag, body) == .stop { return .stop }
            due = max(due, segment.lastLSN.next)
        }
        if due <= last { throw missing(due...last) }
        return .next
    }

    private func scanDescending(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ tag: UInt32?,
        _ body: Body
    ) throws -> ScanControl {
        var due = last
        for number in shelf.numbers(from: first, through: last).reversed() {
            guard let segment = try shelf.segment(of: number) else { throw missing(first...due) }
            if segment.lastLSN < due { throw missing(segment.lastLSN.next...due) }
            if try scan(segment, from: first, through: last, .descending, tag, body) == .stop { return .stop }
            due = number.previous
        }
        if due >= first { throw missing(first...due) }
        return .next
    }

    /// The last record that is not after `time`; ``LogSequenceNumber/zero`` if all are.
    func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        let last = shelf.last
        if time >= last.time { return last.lsn }
        return try shelf.segment(atOrBefore: time)?.lastLSN(atOrBefore: time, mode) ?? .zero
    }

    private func scan(
        _ segment: Segment,
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ order: ScanOrder,
        _ tag: UInt32?,
        _ body: Body
    ) throws -> ScanControl {
        let inflater = try inflaters.take(segment.header.dictionaryID)
        defer { inflaters.putBack(inflater, segment.header.dictionaryID) }
        var tags = ActorTagCollector(segment)
        var control = ScanControl.next
        let each: Segment.RecordBody = { record, offset in
            tags.note(record.header)
            control = try body(record.header) { () throws(LogError) in
                guard let json = record.payload(with: inflater) else {
                    throw segment.damage(.payload, at: offset, record.header.lsn...record.header.lsn)
                }
                return json
            }
            return control
        }
        for part in parts(of: segment, from: first, through: last, order, tag) where control == .next {
            switch order {
            case .ascending: try segment.scanAscending(from: part.lowerBound, through: part.upperBound, each)
            case .descending: try segment.scanDescending(from: part.lowerBound, through: part.upperBound, each)
            }
        }
        return control
    }

    /// What of the range has to be read to find the actor's records, in the order of reading.
    private func parts(
        of segment: Segment,
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ order: ScanOrder,
        _ tag: UInt32?
    ) -> [ClosedRange<LogSequenceNumber>] {
        let lower = max(first, segment.firstLSN)
        let upper = min(last, segment.lastLSN)
        guard let tag, lower <= upper else { return [first...last] }
        let parts = segment.parts(of: lower...upper, holding: tag)
        return order == .ascending ? parts : parts.reversed()
    }

    private func segment(of lsn: LogSequenceNumber) throws(LogError) -> Segment {
        guard lsn > .zero, lsn <= shelf.last.lsn, let segment = try shelf.segment(of: lsn) else {
            throw LogError(.notFound, "the log has no record with this number", lsns: lsn...lsn)
        }
        guard lsn <= segment.lastLSN else { throw missing(lsn...lsn) }
        return segment
    }

    private func missing(_ lsns: ClosedRange<LogSequenceNumber>) -> LogError {
        LogError(.damaged, "records of the log are missing", lsns: lsns, advice: LogError.restoreAdvice)
    }

    private func payload(of record: RecordView, in segment: Segment) throws(LogError) -> [UInt8] {
        let json = try inflaters.with(dictionary: segment.header.dictionaryID) { inflater throws(LogError) in
            record.payload(with: inflater)
        }
        guard let json else {
            let lsn = record.header.lsn
            throw segment.damage(.payload, at: segment.range(of: lsn).lowerBound, lsn...lsn)
        }
        return json
    }
}
