extension Segment {
    /// Hands the frame that holds the record to `body`.
    func withFrame<Result>(
        of lsn: LogSequenceNumber,
        _ mode: ReadMode = .blocking,
        _ body: (FrameView) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        let range = range(of: lsn)
        let buffer = ReadBuffer(byteCount: Int(range.upperBound - range.lowerBound))
        return try frame(of: lsn, in: buffer.fill(from: file, range, mode), at: range.lowerBound, body)
    }

    /// Hands the record to `body`.
    func withRecord<Result>(
        _ lsn: LogSequenceNumber,
        _ mode: ReadMode = .blocking,
        _ body: (RecordView) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try withFrame(of: lsn, mode) { frame throws(LogError) in try body(record(lsn, in: frame)) }
    }

    /// Hands the frame that holds the record to `body`, out of the bytes that stand at `start`.
    private func frame<Result>(
        of lsn: LogSequenceNumber,
        in bytes: UnsafeRawBufferPointer,
        at start: UInt64,
        _ body: (FrameView) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        var position = 0
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            let offset = start + UInt64(position)
            guard case .frame(let passing) = FrameDecoding.decode(rest, at: offset, verifyingBody: false) else {
                throw damage(.header, at: offset, expecting: lsn)
            }
            if passing.header.firstLSN <= lsn, lsn <= passing.header.lastLSN {
                guard case .frame(let frame) = FrameDecoding.decode(rest, at: offset) else {
                    throw damage(.body, at: offset, expecting: lsn)
                }
                return try body(frame)
            }
            position += passing.header.frameBytes
        }
        throw damage(.wrongLSN(lsn), at: start, expecting: lsn)
    }

    private func record(_ lsn: LogSequenceNumber, in frame: FrameView) throws(LogError) -> RecordView {
        var records = frame.records
        while let record = records.next() {
            if record.header.lsn == lsn { return record }
        }
        throw damage(.record, at: frame.offset, expecting: lsn)
    }

    /// The last record of this segment that is not after `time`; the one before the segment if all are.
    func lastLSN(atOrBefore time: LogTimestamp, _ mode: ReadMode = .blocking) throws(LogError) -> LogSequenceNumber {
        guard let (range, first) = block(atOrBefore: time) else { return firstLSN.previous }
        let buffer = ReadBuffer(byteCount: 1)
        let bytes = try buffer.fill(from: file, range, mode)
        var found = first.previous
        for (record, _) in try records(in: bytes, at: range.lowerBound, expecting: first) {
            if record.header.time > time { break }
            found = record.header.lsn
        }
        return found
    }
}
