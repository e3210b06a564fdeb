/// Reads integers from bytes that may be damaged: every read is checked and says `nil` where it cannot be had.
///
/// Holds a pointer that it does not own; it must not outlive the bytes it was made for.
struct ByteReader {
    private var position: UnsafeRawPointer?
    private(set) var remaining: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        position = bytes.baseAddress
        remaining = bytes.count
    }

    var isAtEnd: Bool { remaining == 0 }

    /// A fixed-width little-endian integer.
    @inline(__always)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value? {
        let width = MemoryLayout<Value>.size
        guard remaining >= width, let start = position else { return nil }
        let value = start.loadUnaligned(as: Value.self)
        position = start + width
        remaining -= width
        return Value(littleEndian: value)
    }

    /// An unsigned LEB128 of at most ten bytes that fits 64 bits.
    @inline(__always)
    mutating func varint() -> UInt64? {
        guard remaining > 0, let start = position else { return nil }
        let first = start.load(as: UInt8.self)
        if first < 0x80 {
            position = start + 1
            remaining -= 1
            return UInt64(first)
        }
        return longVarint(start)
    }

    private mutating func longVarint(_ start: UnsafeRawPointer) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for index in 0..<min(remaining, 10) {
            let byte = start.load(fromByteOffset: index, as: UInt8.self)
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                position = start + index + 1
                remaining -= index + 1
                return value
            }
            shift += 7
        }
        return nil
    }

    /// The next `count` bytes, lent.
    @inline(__always)
    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, remaining >= count, let start = position else {
            return count == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : nil
        }
        position = start + count
        remaining -= count
        return UnsafeRawBufferPointer(start: start, count: count)
    }
}
