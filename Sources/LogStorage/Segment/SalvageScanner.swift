/// Reads the frames of a segment one after another and goes on behind damage, saying what it left out.
struct SalvageScanner {
    private let file: any File
    private let scanner: FrameScanner

    /// What a scan comes across.
    enum Event {
        case frame(FrameView)
        case gap(FrameGap)
    }

    /// How a scan ended.
    enum End: Equatable {
        /// The body wanted no more.
        case stopped
        /// The range ended behind a frame.
        case complete
        /// From `offset` on there are only zeros: room for frames to come.
        case room(offset: UInt64)
        /// At `offset` there is no frame, and none follows.
        case tail(FrameFault, offset: UInt64)
    }

    init(file: any File, bufferBytes: Int = 256 << 10, verifiesBodies: Bool = true) {
        self.file = file
        scanner = FrameScanner(
            file: file,
            bufferBytes: bufferBytes,
            verifiesBodies: verifiesBodies,
            checksTimes: false
        )
    }

    /// Hands frames and gaps to `body`, in LSN order.
    ///
    /// - Parameters:
    ///   - first: the record that is due at the start of the range.
    ///   - limit: the last record that can stand in it; what is called a later one is no frame of this place.
    func scan(
        _ range: Range<UInt64>,
        firstLSN first: LogSequenceNumber,
        through limit: LogSequenceNumber,
        _ body: (Event) throws -> ScanControl
    ) throws -> End {
        var due = first
        var position = range.lowerBound
        // From the first fault on, the work is bounded by the size of the range, whatever it contains.
        var checksums: RangeChecksums?
        while true {
            let end = try scanner.scan(position..<range.upperBound, firstLSN: due, checksums: checksums) { frame in
                due = frame.header.lastLSN.next
                return try body(.frame(frame))
            }
            switch end {
            case .stopped: return .stopped
            case .complete: return .complete
            case .fault(let fault, let offset):
                let rest = offset..<range.upperBound
                guard let start = try file.firstNonZero(in: rest) else { return .room(offset: offset) }
                let sums = checksums ?? RangeChecksums(file: file)
                checksums = sums
                guard let next = try frame(behind: fault, in: rest, from: start, due: due, through: limit, sums) else {
                    return .tail(fault, offset: offset)
                }
                let lost = next.header.firstLSN > due ? due...next.header.firstLSN.previous : nil
                let gap = FrameGap(fault: fault, bytes: offset..<next.offset, lsns: lost)
                if try body(.gap(gap)) == .stop { return .stopped }
                due = next.header.firstLSN
                position = next.offset
            }
        }
    }

    /// The next frame that may follow the record before `due`, when the one at the start of the range cannot.
    ///
    /// - Parameter start: before it there are only zeros.
    private func frame(
        behind fault: FrameFault,
        in range: Range<UInt64>,
        from start: UInt64,
        due: LogSequenceNumber,
        through limit: LogSequenceNumber,
        _ checksums: RangeChecksums
    ) throws(LogError) -> (header: FrameHeader, offset: UInt64)? {
        let finder = FrameFinder(file: file, checksums: checksums)
        switch fault {
        case .wrongLSN(let found) where found > due:
            // A whole frame where another is due: that one is gone, whatever became of its bytes. Unless it is this one
            // whose number is wrong: then it does not fit to what follows it either.
            if let header = try header(at: range.lowerBound), header.lastLSN <= limit {
                let behind = range.lowerBound + UInt64(header.frameBytes)
                let next = try finder.frame(at: behind, end: range.upperBound)
                if next.map({ $0.firstLSN == header.lastLSN.next }) ?? true { return (header, range.lowerBound) }
            }
        case .body:
            // Its header says where the next one begins; in its body might stand what looks like one.
            if let header = try header(at: range.lowerBound), header.firstLSN == due {
                let behind = range.lowerBound + UInt64(header.frameBytes)
                if let next = try finder.frame(at: behind, end: range.upperBound),
                    next.firstLSN == header.lastLSN.next, next.lastLSN <= limit
                {
                    return (next, behind)
                }
            }
        default: break
        }
        let from = max(start, range.lowerBound + 1)
        return try finder.next(in: from..<max(from, range.upperBound)) { header, offset in
            // As many records as can have stood in the bytes between, and no more.
            header.firstLSN >= due && header.lastLSN <= limit
                && header.firstLSN.rawValue - due.rawValue
                    <= (offset - range.lowerBound) / UInt64(FrameFinder.minimumRecordBytes)
        }
    }

    private func header(at offset: UInt64) throws(LogError) -> FrameHeader? {
        let bytes = try attempt { () throws(SystemCallError) in
            try file.bytes(in: offset..<(offset + UInt64(FrameLayout.headerBytes)))
        }
        return bytes.withUnsafeBytes { FrameHeader(decoding: $0) }
    }
}
