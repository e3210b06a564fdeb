/// Reads the frames of a segment that does not change, some at a time, each verified.
///
/// Whoever reads slowly holds a position between two pieces, and no memory.
struct VerifiedFrames: Sendable {
    let segment: Segment
    private let end: UInt64
    private let lastLSN: LogSequenceNumber
    private var position = UInt64(SegmentHeader.byteCount)
    private var due: LogSequenceNumber

    /// About what a piece has; it may have a frame more.
    static let pieceBytes = 256 << 10

    /// - Parameter extent: what is to be read of the segment, which may have grown since.
    init(_ segment: Segment, _ extent: SegmentExtent) {
        self.segment = segment
        end = extent.dataEnd
        lastLSN = extent.lastLSN
        due = segment.firstLSN
    }

    /// The bytes of the next frames; empty behind the last.
    ///
    /// - Throws: ``LogError/Code/damaged`` with the place and the records, ``LogError/Code/io``.
    mutating func next() throws(LogError) -> [UInt8] {
        guard position < end else { return [] }
        var piece: [UInt8] = []
        // Copies, since the compiler lets no closure change what was lent to this function.
        var due = due
        let scanner = FrameScanner(file: segment.file, bufferBytes: Self.pieceBytes, checksTimes: false)
        let ending: FrameScanner.End
        do {
            ending = try scanner.scan(position..<end, firstLSN: due) { frame in
                piece.append(contentsOf: frame.bytes)
                due = frame.header.lastLSN.next
                return piece.count < Self.pieceBytes ? .next : .stop
            }
        } catch {
            throw error as? LogError ?? LogError(.io, "\(error)", file: segment.file.path)
        }
        if case .fault(let fault, let offset) = ending {
            throw segment.damage(fault, at: offset, due...max(due, lastLSN))
        }
        self.due = due
        position += UInt64(piece.count)
        return piece
    }
}
