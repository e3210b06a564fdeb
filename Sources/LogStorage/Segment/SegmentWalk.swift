/// What the frames of a segment are that has no footer, or none that can be read.
///
/// Headers are read, bodies only of the last frame: whoever reads a record verifies its body.
struct SegmentWalk {
    /// Where the frames stand, those behind damage among them.
    private(set) var extent: SegmentExtent
    /// What was left out between frames.
    private(set) var gaps: [FrameGap] = []
    /// Where the frames end, if not with the range or in zeros only.
    private(set) var tail: (fault: FrameFault, offset: UInt64)?

    /// The last two frames, which are not in ``extent`` before it is known that they are whole.
    private var pending: [(header: FrameHeader, offset: UInt64)] = []

    /// - Parameters:
    ///   - end: the end of the file.
    ///   - limit: the last record that can stand in the segment.
    init(
        _ file: any File,
        _ header: SegmentHeader,
        end: UInt64,
        through limit: LogSequenceNumber
    ) throws(LogError) {
        extent = SegmentExtent(emptyBehind: header)
        let start = UInt64(SegmentHeader.byteCount)
        let scanner = SalvageScanner(file: file, bufferBytes: 1 << 20, verifiesBodies: false)
        do {
            let ending = try scanner.scan(start..<max(start, end), firstLSN: header.firstLSN, through: limit) { event in
                switch event {
                case .frame(let frame): note(frame.header, at: frame.offset)
                case .gap(let gap): note(gap, in: header)
                }
                return .next
            }
            if case .tail(let fault, let offset) = ending { tail = (fault, offset) }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.io, "the segment could not be read: \(error)", file: file.path)
        }
        try settle(file)
    }

    private mutating func note(_ header: FrameHeader, at offset: UInt64) {
        if pending.count == 2 {
            let before = pending.removeFirst()
            add(before.header, at: before.offset, lastTime: before.header.baseTime)
        }
        pending.append((header, offset))
    }

    private mutating func note(_ gap: FrameGap, in header: SegmentHeader) {
        gaps.append(gap)
        guard pending.isEmpty else { return }
        // Whoever looks for the segment's first records is to begin where they should be.
        let time = header.previousTime.advanced(byMicroseconds: 1)
        extent.table.append(
            SparseTable.Entry(lsn: header.firstLSN, time: time, offset: UInt32(SegmentHeader.byteCount))
        )
    }

    /// Verifies the last frame, which may be half written, and takes the last record's time from it.
    private mutating func settle(_ file: any File) throws(LogError) {
        guard let last = pending.popLast() else { return }
        let time = try Self.lastTime(file, last)
        if let before = pending.popLast() {
            let beforeTime = time == nil ? try Self.lastTime(file, before) : nil
            add(before.header, at: before.offset, lastTime: beforeTime ?? before.header.baseTime)
        }
        guard let time else {
            tail = (.body, last.offset)
            return
        }
        add(last.header, at: last.offset, lastTime: time)
    }

    private mutating func add(_ header: FrameHeader, at offset: UInt64, lastTime: LogTimestamp) {
        extent.dataEnd = offset
        extent.add(header, lastTime: lastTime)
    }

    /// The time of a frame's last record; `nil` if the frame is not whole.
    private static func lastTime(
        _ file: any File,
        _ frame: (header: FrameHeader, offset: UInt64)
    ) throws(LogError) -> LogTimestamp? {
        let buffer = ReadBuffer(byteCount: frame.header.frameBytes)
        let range = frame.offset..<(frame.offset + UInt64(frame.header.frameBytes))
        let bytes = try buffer.fill(from: file, range)
        guard case .frame(let view) = FrameDecoding.decode(bytes, at: frame.offset) else { return nil }
        return view.lastTime
    }
}

extension FrameView {
    /// The time of the last record; `nil` if the records cannot be decoded.
    var lastTime: LogTimestamp? {
        var records = records
        var last: LogTimestamp?
        for _ in 0..<header.recordCount {
            guard let record = records.next() else { return nil }
            last = record.header.time
        }
        return records.isAtEnd ? last : nil
    }
}
