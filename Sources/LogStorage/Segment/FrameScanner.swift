/// Reads the frames of a file one after another. It reports what it finds and repairs nothing.
struct FrameScanner {
    let file: any File
    private let buffer: ReadBuffer
    private let verifiesBodies: Bool
    private let checksTimes: Bool

    /// How a scan ended.
    enum End: Equatable {
        /// The body wanted no more.
        case stopped
        /// All bytes of the range were frames.
        case complete
        /// At `offset`, where a frame is due, there is none.
        case fault(FrameFault, offset: UInt64)
    }

    /// - Parameters:
    ///   - bufferBytes: what is read at once; it grows if a frame is longer.
    ///   - verifiesBodies: false where only the headers are of interest, to step from one to the next.
    ///   - checksTimes: false where a frame is wanted that is whole, though its time is not after the one before.
    init(file: any File, bufferBytes: Int = 256 << 10, verifiesBodies: Bool = true, checksTimes: Bool = true) {
        self.file = file
        self.verifiesBodies = verifiesBodies
        self.checksTimes = checksTimes
        buffer = ReadBuffer(byteCount: max(bufferBytes, FrameLayout.headerBytes))
    }

    /// Hands the frames from `start` on to `body`, up to the end of the range or to the first fault.
    ///
    /// - Parameters:
    ///   - firstLSN: what the first frame begins with; `nil` if any will do.
    ///   - time: the time of the record before the range; `nil` if it is not known.
    ///   - checksums: given where faults are likely: then a body is judged before it is read, and little is read at first.
    func scan(
        _ range: Range<UInt64>,
        firstLSN: LogSequenceNumber? = nil,
        after time: LogTimestamp? = nil,
        checksums: RangeChecksums? = nil,
        _ body: (FrameView) throws -> ScanControl
    ) throws -> End {
        var expected = firstLSN
        var earlier = time
        var position = range.lowerBound
        var window = UnsafeRawBufferPointer(start: nil, count: 0)
        var windowBytes = checksums == nil ? buffer.bytes.count : 4 << 10
        while position < range.upperBound {
            if let checksums, verifiesBodies, let header = FrameHeader(decoding: window),
                position + UInt64(header.frameBytes) <= range.upperBound,
                try !checksums.isWhole(header, at: position)
            {
                return .fault(.body, offset: position)
            }
            switch FrameDecoding.decode(window, at: position, verifyingBody: verifiesBodies && checksums == nil) {
            case .incomplete(let bytesNeeded):
                let available = min(UInt64(max(bytesNeeded, windowBytes)), range.upperBound - position)
                windowBytes = min(2 * windowBytes, buffer.bytes.count)
                guard bytesNeeded <= available else { return .fault(.truncated, offset: position) }
                window = try buffer.fill(from: file, position..<(position + available))
                guard window.count >= bytesNeeded else { return .fault(.truncated, offset: position) }
            case .fault(let fault):
                return .fault(fault, offset: position)
            case .frame(let frame):
                if let expected, frame.header.firstLSN != expected {
                    return .fault(.wrongLSN(frame.header.firstLSN), offset: position)
                }
                if checksTimes, let earlier, frame.header.baseTime <= earlier {
                    return .fault(.timeNotIncreasing, offset: position)
                }
                if try body(frame) == .stop { return .stopped }
                expected = frame.header.lastLSN.next
                earlier = frame.header.baseTime
                position += UInt64(frame.header.frameBytes)
                window = UnsafeRawBufferPointer(rebasing: window[frame.header.frameBytes...])
            }
        }
        return .complete
    }
}
