import LogStorage

/// The 512 bytes before a file in an archive: POSIX ustar (IEEE Std 1003.1, "pax", "ustar Interchange Format").
struct TarHeader {
    /// The unit of an archive; contents are filled up to a multiple with zeros.
    static let blockBytes = 512
    /// Two blocks of zeros: without them an archive is not whole.
    static let endBytes = 2 * blockBytes

    let name: String
    let byteCount: UInt64
    /// Seconds since 1970.
    let seconds: UInt64
    var isDirectory = false

    /// The header's bytes. Names of more than 100 bytes are cut: the log has none.
    var encoded: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.blockBytes)
        func put(_ field: some Collection<UInt8>, at offset: Int, _ length: Int) {
            for (index, byte) in field.prefix(length).enumerated() { bytes[offset + index] = byte }
        }
        put(name.utf8, at: 0, 100)
        put(Self.octal(isDirectory ? 0o700 : 0o600, digits: 7), at: 100, 8)
        put(Self.octal(0, digits: 7), at: 108, 8)
        put(Self.octal(0, digits: 7), at: 116, 8)
        put(Self.size(byteCount), at: 124, 12)
        put(Self.octal(seconds, digits: 11), at: 136, 12)
        bytes[156] = UInt8(ascii: isDirectory ? "5" : "0")
        put("ustar\0".utf8, at: 257, 6)
        put("00".utf8, at: 263, 2)
        // The checksum is taken with blanks in its own place.
        put(repeatElement(UInt8(ascii: " "), count: 8), at: 148, 8)
        let sum = bytes.reduce(UInt64(0)) { $0 + UInt64($1) }
        put(Self.octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148, 8)
        return bytes
    }

    /// Zeros that fill up contents of so many bytes.
    static func padding(_ byteCount: UInt64) -> Int {
        (blockBytes - Int(byteCount % UInt64(blockBytes))) % blockBytes
    }

    /// Octal digits, or from 8 GiB on the number itself behind a set bit, as GNU tar and bsdtar write and read it.
    private static func size(_ value: UInt64) -> [UInt8] {
        guard value >= 1 << 33 else { return octal(value, digits: 11) }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(7 - $0))) }
        return [0x80, 0, 0, 0] + bytes
    }

    private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }
}
