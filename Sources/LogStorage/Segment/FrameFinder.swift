/// Looks for frames in bytes of which it is not known where a frame begins: behind damage.
///
/// The bytes are read piece by piece, however many there are.
struct FrameFinder {
    let file: any File
    private let checksums: RangeChecksums

    /// What is read at once, at first and at most: the next frame is mostly near.
    private static let pieceBytes = (first: 4 << 10, most: 1 << 20)
    /// Nothing shorter is a record; bounds how many of them can have stood in so many bytes.
    static let minimumRecordBytes = 11

    /// - Parameter checksums: those of the pass that this search is a part of.
    init(file: any File, checksums: RangeChecksums? = nil) {
        self.file = file
        self.checksums = checksums ?? RangeChecksums(file: file)
    }

    /// The first whole frame of the range that `isPlausible`: both of its checksums hold.
    func next(
        in range: Range<UInt64>,
        where isPlausible: (FrameHeader, UInt64) -> Bool
    ) throws(LogError) -> (header: FrameHeader, offset: UInt64)? {
        try candidate(in: range) { header, offset throws(LogError) in
            guard isPlausible(header, offset) else { return false }
            return try isWhole(header, at: offset, end: range.upperBound)
        }
    }

    /// The header of the whole frame that stands at `offset`; `nil` if there is none before `end`.
    func frame(at offset: UInt64, end: UInt64) throws(LogError) -> FrameHeader? {
        let buffer = ReadBuffer(byteCount: FrameLayout.headerBytes)
        guard let header = FrameHeader(decoding: try buffer.fill(from: file, header(at: offset))),
            try isWhole(header, at: offset, end: end)
        else { return nil }
        return header
    }

    private func isWhole(_ header: FrameHeader, at offset: UInt64, end: UInt64) throws(LogError) -> Bool {
        guard offset + UInt64(header.frameBytes) <= end else { return false }
        return try checksums.isWhole(header, at: offset)
    }

    private func header(at offset: UInt64) -> Range<UInt64> { offset..<(offset + UInt64(FrameLayout.headerBytes)) }

    /// The first place in the range where a frame header with a valid checksum stands that `body` takes.
    func candidate(
        in range: Range<UInt64>,
        where body: (FrameHeader, UInt64) throws(LogError) -> Bool
    ) throws(LogError) -> (header: FrameHeader, offset: UInt64)? {
        let buffer = ReadBuffer(byteCount: Self.pieceBytes.first)
        var pieceBytes = Self.pieceBytes.first
        var position = range.lowerBound
        while position + UInt64(FrameLayout.headerBytes) <= range.upperBound {
            let piece = position..<min(position + UInt64(pieceBytes), range.upperBound)
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
            pieceBytes = min(2 * pieceBytes, Self.pieceBytes.most)
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
