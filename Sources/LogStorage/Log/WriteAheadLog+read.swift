extension WriteAheadLog {
    /// The record with the number `lsn`, its frame's checksums verified.
    ///
    /// - Throws: ``LogError/Code/notFound``, ``LogError/Code/damaged``, ``LogError/Code/io``.
    public func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord {
        let segment = try segment(of: lsn)
        return try segment.withRecord(lsn) { record throws(LogError) in
            StoredRecord(header: record.header, payload: try payload(of: record, in: segment))
        }
    }

    /// The header of the record with the number `lsn`; nothing is inflated.
    public func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader {
        try segment(of: lsn).withRecord(lsn) { record throws(LogError) in record.header }
    }

    /// Hands the records of a closed range to `body`, in LSN order or against it; numbers beyond the log's ends are
    /// left out.
    ///
    /// - Parameter body: gets the header, and a function that inflates the payload and must not be called later.
    public func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        let last = min(last, self.last.lsn)
        guard first <= last else { return }
        let segments = segments.withLock { $0 }.filter { $0.firstLSN <= last && $0.lastLSN >= first }
        for segment in order == .ascending ? segments : segments.reversed() {
            let inflater = try inflaters.take(segment.header.dictionaryID)
            defer { inflaters.putBack(inflater, segment.header.dictionaryID) }
            let each: Segment.RecordBody = { record, offset in
                try body(record.header) { () throws(LogError) in
                    guard let json = record.payload(with: inflater) else {
                        throw segment.damage(.record, at: offset, expecting: record.header.lsn)
                    }
                    return json
                }
            }
            let control =
                switch order {
                case .ascending: try segment.scanAscending(from: first, through: last, each)
                case .descending: try segment.scanDescending(from: first, through: last, each)
                }
            if control == .stop { return }
        }
    }

    /// The last record that is not after `time`; ``LogSequenceNumber/zero`` if all are.
    public func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        let last = last
        if time >= last.time { return last.lsn }
        let segments = segments.withLock { $0 }
        let index = segments.partitionIndex { ($0.firstTime ?? LogTimestamp(microseconds: .max)) > time }
        guard index > 0 else { return .zero }
        return try segments[index - 1].lastLSN(atOrBefore: time)
    }

    private func segment(of lsn: LogSequenceNumber) throws(LogError) -> Segment {
        let found = segments.withLock { segments -> Segment? in
            let index = segments.partitionIndex { $0.firstLSN > lsn }
            return index > 0 ? segments[index - 1] : nil
        }
        guard let found, lsn >= found.firstLSN, lsn <= last.lsn else {
            throw LogError(.notFound, "the log has no record with this number", lsns: lsn...lsn)
        }
        return found
    }

    private func payload(of record: RecordView, in segment: Segment) throws(LogError) -> [UInt8] {
        let json = try inflaters.with(dictionary: segment.header.dictionaryID) { inflater throws(LogError) in
            record.payload(with: inflater)
        }
        guard let json else {
            let lsn = record.header.lsn
            throw segment.damage(.record, at: segment.range(of: lsn).lowerBound, expecting: lsn)
        }
        return json
    }
}

extension Segment {
    /// The last record of this segment that is not after `time`; the segment must begin at or before it.
    func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        guard let (range, first) = block(atOrBefore: time) else { return firstLSN.previous }
        let buffer = ReadBuffer(byteCount: 1)
        let bytes = try buffer.fill(from: file, range)
        var found = firstLSN
        for (record, _) in try records(in: bytes, at: range.lowerBound, expecting: first) {
            if record.header.time > time { break }
            found = record.header.lsn
        }
        return found
    }
}
