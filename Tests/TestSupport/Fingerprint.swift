/// A hash of bytes that is the same in every process, which `Hasher` is not (FNV-1a over words of eight bytes).
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    /// Adds bytes and where they end.
    package mutating func add(_ bytes: [UInt8]) {
        add(UInt64(bytes.count))
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset + 8 <= buffer.count {
                add(buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
                offset += 8
            }
            for byte in buffer[offset...] { add(UInt64(byte)) }
        }
    }

    package mutating func add(_ other: Fingerprint) {
        add(other.value)
    }

    private mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        // So that the high bits of a word count as much as the low ones.
        value ^= value >> 29
    }

    package var description: String { String(value, radix: 16) }
}
