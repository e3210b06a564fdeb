/// A frame whose checksums were found to be right; its records are lent and must not outlive the buffer.
struct FrameView {
    let header: FrameHeader
    /// Where the frame starts in its file.
    let offset: UInt64
    /// The whole frame, checksums and all.
    let bytes: UnsafeRawBufferPointer

    var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[FrameLayout.headerBytes..<(FrameLayout.headerBytes + header.bodyBytes)])
    }

    var records: RecordCursor { RecordCursor(header, body: body) }
}

/// Why no frame could be read at a place where one is due.
enum FrameFault: Sendable, Equatable, CustomStringConvertible {
    case header
    case truncated
    case body
    case wrongLSN(LogSequenceNumber)
    case timeNotIncreasing
    case record
    case payload

    var description: String {
        switch self {
        case .header: "no frame header with a valid checksum"
        case .truncated: "the frame is longer than what is there"
        case .body: "the frame's checksum is wrong"
        case .wrongLSN(let found): "the frame begins with LSN \(found)"
        case .timeNotIncreasing: "the frame's time is not after that of the record before it"
        case .record: "a record of the frame cannot be read"
        case .payload: "the record's payload does not inflate to what its header says"
        }
    }
}

/// What stands at the start of some bytes.
enum FrameDecoding {
    case frame(FrameView)
    /// A valid header, but the frame goes on beyond the bytes: so many are needed.
    case incomplete(bytesNeeded: Int)
    case fault(FrameFault)

    /// Looks at the frame at the start of `bytes`, which stand at `offset` in the file.
    ///
    /// - Parameter verifyingBody: false where only the header is of interest, to step over the frame.
    static func decode(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, verifyingBody: Bool = true) -> FrameDecoding
    {
        guard bytes.count >= FrameLayout.headerBytes else { return .incomplete(bytesNeeded: FrameLayout.headerBytes) }
        guard let header = FrameHeader(decoding: bytes) else { return .fault(.header) }
        guard bytes.count >= header.frameBytes else { return .incomplete(bytesNeeded: header.frameBytes) }
        let bodyEnd = FrameLayout.headerBytes + header.bodyBytes
        if verifyingBody {
            let covered = UnsafeRawBufferPointer(rebasing: bytes[..<bodyEnd])
            let checksum = bytes.loadUnaligned(fromByteOffset: bodyEnd, as: UInt32.self).littleEndian
            guard Checksum.of(covered) == checksum else { return .fault(.body) }
        }
        let whole = UnsafeRawBufferPointer(rebasing: bytes[..<header.frameBytes])
        return .frame(FrameView(header: header, offset: offset, bytes: whole))
    }
}
