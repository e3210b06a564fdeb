extension Segment {
    /// What a scan's body gets: the record, and the frame's offset for messages.
    typealias RecordBody = (RecordView, _ frameOffset: UInt64) throws -> ScanControl

    /// Hands the records of the closed range that stand in this segment to `body`, in LSN order, until it says stop.
    func scanAscending(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ body: RecordBody
    ) throws {
        let stretch = stretch(from: max(first, firstLSN))
        var expected = stretch.first
        let scanner = FrameScanner(file: file)
        let ending = try scanner.scan(stretch.range, firstLSN: stretch.first) { frame in
            expected = frame.header.lastLSN.next
            return try each(of: frame, from: first, through: last, body)
        }
        switch ending {
        case .stopped: break
        case .complete:
            guard expected > min(last, stretch.last) else {
                throw damage(.truncated, at: stretch.range.upperBound, expecting: expected)
            }
        case .fault(let fault, let offset): throw damage(fault, at: offset, expecting: max(first, expected))
        }
    }

    private func each(
        of frame: FrameView,
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ body: RecordBody
    ) throws -> ScanControl {
        if frame.header.lastLSN < first { return .next }
        if frame.header.firstLSN > last { return .stop }
        var records = frame.records
        for _ in 0..<frame.header.recordCount {
            guard let record = records.next() else {
                throw damage(.record, at: frame.offset, expecting: frame.header.firstLSN)
            }
            if record.header.lsn < first { continue }
            if record.header.lsn > last { return .stop }
            if try body(record, frame.offset) == .stop { return .stop }
        }
        guard records.isAtEnd else { throw damage(.record, at: frame.offset, expecting: frame.header.firstLSN) }
        return .next
    }

    /// The same against LSN order: reads some blocks at a time, from the end.
    func scanDescending(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ body: RecordBody
    ) throws {
        let buffer = ReadBuffer(byteCount: 1)
        var upper = min(last, lastLSN)
        let lower = max(first, firstLSN)
        var count = Self.blocksReadAtOnce
        while upper >= lower, let (range, firstInRange) = blocks(endingWith: upper, count: count) {
            guard firstInRange <= upper else { throw damage(.header, at: range.lowerBound, expecting: upper) }
            let bytes = try buffer.fill(from: file, range)
            let found = Result { () throws(LogError) in
                try self.records(in: bytes, at: range.lowerBound, expecting: firstInRange)
            }
            if case .failure = found, count > 1 {
                // What stands behind the damage is handed over before it is reported.
                count = 1
                continue
            }
            let records = try found.get()
            for (record, offset) in records.reversed() where record.header.lsn <= upper {
                if record.header.lsn < lower { return }
                if try body(record, offset) == .stop { return }
            }
            upper = firstInRange.previous
        }
    }

    /// 64 KiB at a time: more does not make the reads faster, and the first rows come sooner.
    private static let blocksReadAtOnce = 16

    func records(
        in bytes: UnsafeRawBufferPointer,
        at offset: UInt64,
        expecting first: LogSequenceNumber
    ) throws(LogError) -> [(RecordView, UInt64)] {
        var found: [(RecordView, UInt64)] = []
        var position = 0
        var expected = first
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            let frameOffset = offset + UInt64(position)
            let frame: FrameView
            switch FrameDecoding.decode(rest, at: frameOffset) {
            case .frame(let decoded): frame = decoded
            case .incomplete: throw damage(.truncated, at: frameOffset, expecting: expected)
            case .fault(let fault): throw damage(fault, at: frameOffset, expecting: expected)
            }
            guard frame.header.firstLSN == expected else {
                throw damage(.wrongLSN(frame.header.firstLSN), at: frameOffset, expecting: expected)
            }
            var records = frame.records
            for _ in 0..<frame.header.recordCount {
                guard let record = records.next() else { throw damage(.record, at: frameOffset, expecting: expected) }
                found.append((record, frameOffset))
            }
            expected = frame.header.lastLSN.next
            position += frame.header.frameBytes
        }
        return found
    }
}
