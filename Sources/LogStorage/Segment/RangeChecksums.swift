import CZlib

/// Checks the bodies of frames at a cost that does not grow with the body: for many headers whose bodies overlap.
///
/// Bytes that look like frame headers may stand close together and claim large bodies. To read each body would take the
/// square of the file's size. So the CRC-32 of prefixes is kept, one for each ``interval`` bytes, for which each byte is read
/// once. The CRC of a range follows from those of the two prefixes that end where it begins and where it ends.
///
/// What it has read it does not read again: for one pass over bytes that do not change.
final class RangeChecksums {
    private let file: any File
    /// Where the prefixes begin.
    private var origin: UInt64 = 0
    /// The CRC-32 of the first 0, 1, 2 … intervals behind ``origin``.
    private var sums: [UInt32] = []
    private let buffer = ReadBuffer(byteCount: Int(interval))

    private static let interval: UInt64 = 256
    private static let pieceBytes: UInt64 = 64 << 10

    init(file: any File) {
        self.file = file
    }

    /// Whether the file has the whole frame of the header that stands at `offset`, with the right checksum.
    func isWhole(_ header: FrameHeader, at offset: UInt64) throws(LogError) -> Bool {
        let end = offset + UInt64(header.frameBytes - FrameLayout.bodyChecksumBytes)
        guard let sum = try checksum(of: offset..<end) else { return false }
        let stored = try buffer.fill(from: file, end..<(end + UInt64(FrameLayout.bodyChecksumBytes)))
        return stored.count == FrameLayout.bodyChecksumBytes
            && stored.loadUnaligned(as: UInt32.self).littleEndian == sum
    }

    /// The CRC-32 of the bytes; `nil` if the file ends before.
    private func checksum(of range: Range<UInt64>) throws(LogError) -> UInt32? {
        if sums.isEmpty || range.lowerBound < origin {
            origin = range.lowerBound
            sums = [0]
        }
        try extend(to: range.upperBound)
        guard let before = try prefix(range.lowerBound), let through = try prefix(range.upperBound) else { return nil }
        let count = Int(range.upperBound - range.lowerBound)
        return UInt32(truncatingIfNeeded: crc32_combine(uLong(before), uLong(through), count))
    }

    private func extend(to end: UInt64) throws(LogError) {
        while var sum = sums.last, UInt64(sums.count) * Self.interval <= end - origin {
            let start = origin + UInt64(sums.count - 1) * Self.interval
            let piece = try buffer.fill(from: file, start..<(start + Self.pieceBytes))
            guard piece.count >= Int(Self.interval) else { return }
            for index in stride(from: 0, through: piece.count - Int(Self.interval), by: Int(Self.interval)) {
                let part = UnsafeRawBufferPointer(rebasing: piece[index..<(index + Int(Self.interval))])
                sum = Checksum.of(part, continuing: sum)
                sums.append(sum)
            }
        }
    }

    /// The CRC-32 of the bytes from ``origin`` to `end`; `nil` if the file ends before.
    private func prefix(_ end: UInt64) throws(LogError) -> UInt32? {
        let index = (end - origin) / Self.interval
        guard index < UInt64(sums.count) else { return nil }
        let start = origin + index * Self.interval
        let rest = try buffer.fill(from: file, start..<end)
        guard rest.count == Int(end - start) else { return nil }
        return Checksum.of(rest, continuing: sums[Int(index)])
    }
}
