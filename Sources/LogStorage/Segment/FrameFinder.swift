/// Looks for frames in bytes of which it is not known where a frame begins: behind damage.
///
/// The bytes are read piece by piece, however many there are.
struct FrameFinder {
    let file: any File

    /// What is read at once.
    private static let pieceBytes = 1 << 20
    /// Nothing shorter is a record; bounds how many of them can have stood in so many bytes.
    static let minimumRecordBytes = 11

    /// The first whole frame of the range that `isPlausible`: both of its checksums hold.
    func next(
        in range: Range<UInt64>,
        where isPlausible: (FrameHeader, UInt64) -> Bool
    ) throws(LogError) -> (header: FrameHeader, offset: UInt64)? {
        let buffer = ReadBuffer(byteCount: 1)
        return try candidate(in: range) { header, offset throws(LogError) in
            guard isPlausible(header, offset) else { return false }
            return try isWhole(header, at: offset, end: range.upperBound, buffer)
        }
    }

    /// The header of the whole frame that stands at `offset`; `nil` if there is none before `end`.
    func frame(at offset: UInt64, end: UInt64) throws(LogError) -> FrameHeader? {
        let buffer = ReadBuffer(byteCount: FrameLayout.headerBytes)
        guard let header = FrameHeader(decoding: try buffer.fill(from: file, header(at: offset))),
            try isWhole(header, at: offset, end: end, buffer)
        else { return nil }
        return header
    }

    private func isWhole(
        _ header: FrameHeader,
        at offset: UInt64,
        end: UInt64,
        _ buffer: ReadBuffer
    ) throws(LogError) -> Bool {
        guard offset + UInt64(header.frameBytes) <= end else { return false }
        let bytes = try buffer.fill(from: file, offset..<(offset + UInt64(header.frameBytes)))
        guard case .frame = FrameDecoding.decode(bytes, at: offset) else { return false }
        return true
    }

    private func header(at offset: UInt64) -> Range<UInt64> { offset..<(offset + UInt64(FrameLayout.headerBytes)) }

    /// The first place in the range where a frame header with a valid checksum stands that `body` takes.
    func candidate(
        in range: Range<UInt64>,
        where body: (FrameHeader, UInt64) throws(LogError) -> Bool
    ) throws(LogError) -> (header: FrameHeader, offset: UInt64)? {
        let buffer = ReadBuffer(byteCount: Self.pieceBytes)
        var position = range.lowerBound
        while position + UInt64(FrameLayout.headerBytes) <= range.upperBound {
            let piece = position..<min(position + UInt64(Self.pieceBytes), range.upperBound)
            let bytes = try buffer.fill(from: file, piece)
            guard bytes.count >= FrameLayout.headerBytes else { return nil }
            var index = Self.marker(in: bytes, from: 0)
            while let start = index {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                if let header = FrameHeader(decoding: rest), try body(header, position + UInt64(start)) {
                    return (header, position + UInt64(start))
                }
                index = Self.marker(in: bytes, from: start + 1)
            }
            // Pieces overlap, so that no header is cut in two.
            position += UInt64(bytes.count - FrameLayout.headerBytes + 1)
        }
        return nil
    }

    /// Where a frame's marker stands with room for a header behind it.
    private static func marker(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let low = UInt8(truncatingIfNeeded: FrameLayout.marker)
        let high = UInt8(truncatingIfNeeded: FrameLayout.marker >> 8)
        var index = start
        let end = bytes.count - FrameLayout.headerBytes
        while index <= end {
            if bytes[index] == low, bytes[index + 1] == high { return index }
            index += 1
        }
        return nil
    }
}
