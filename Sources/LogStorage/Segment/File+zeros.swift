extension File {
    /// Where in the range the first byte that is not zero stands; `nil` where nothing was ever written.
    func firstNonZero(in range: Range<UInt64>) throws(LogError) -> UInt64? {
        // At first a little, which is mostly enough.
        var pieceBytes: UInt64 = 4 << 10
        let buffer = ReadBuffer(byteCount: Int(pieceBytes))
        var position = range.lowerBound
        while position < range.upperBound {
            let count = min(pieceBytes, range.upperBound - position)
            let part = try buffer.fill(from: self, position..<(position + count))
            if let index = part.firstNonZero { return position + UInt64(index) }
            // The file ends here, or was cut in the meantime.
            if part.count < Int(count) { return nil }
            position += count
            pieceBytes = min(2 * pieceBytes, 1 << 18)
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The index of the first byte that is not zero.
    ///
    /// Looked at in words of 64 bits: a fresh segment has tens of megabytes of zeros.
    var firstNonZero: Int? {
        var position = 0
        while position + 8 <= count, loadUnaligned(fromByteOffset: position, as: UInt64.self) == 0 { position += 8 }
        return self[position...].firstIndex { $0 != 0 }
    }
}
