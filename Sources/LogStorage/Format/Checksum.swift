import CZlib

/// CRC-32 as `LogFormat` defines it.
enum Checksum {
    /// The checksum of `bytes`, going on from `previous`, the checksum of what stands before them.
    static func of(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        guard let start = bytes.baseAddress else { return previous }
        let sum = crc32_z(uLong(previous), start.assumingMemoryBound(to: UInt8.self), bytes.count)
        return UInt32(truncatingIfNeeded: sum)
    }

    /// The checksum of `bytes`.
    static func of(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { of($0) }
    }
}
