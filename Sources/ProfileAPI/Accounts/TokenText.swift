import Crypto

/// The text of a token: `upat_`, 256 random bits and a checksum, in Crockford's base 32.
///
/// The prefix lets people, and programs that look for secrets in source code, recognize a token; the checksum lets them
/// tell a real one from an example.
public enum TokenText {
    /// What every token begins with.
    public static let prefix = "upat_"
    private static let randomBits = 256
    private static let randomDigits = (randomBits + 4) / 5
    private static let checksumBits = 30
    /// Characters of a whole token.
    public static let length = prefix.utf8.count + randomDigits + checksumBits / 5

    /// A new token.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        // Fifty digits of 5 bits, and two for the 6 bits that are left.
        var digits = (0..<5).map { _ in RandomText.base32(generator.next() & (1 << 50 - 1), bits: 50) }.joined()
        digits += RandomText.base32(generator.next() & (1 << 6 - 1), bits: 6)
        return prefix + digits + checksum(of: prefix + digits)
    }

    /// Whether `text` is whole: prefix, length and checksum are those of a token.
    public static func isWellFormed(_ text: String) -> Bool {
        guard text.hasPrefix(prefix), text.utf8.count == length else { return false }
        let body = String(text.prefix(prefix.count + randomDigits))
        return text == body + checksum(of: body)
    }

    /// The first 30 bits of the SHA-256 of what stands before it.
    private static func checksum(of text: String) -> String {
        var value: UInt64 = 0
        for byte in SHA256.hash(data: Array(text.utf8)).prefix(4) { value = value << 8 | UInt64(byte) }
        return RandomText.base32(value >> 2, bits: checksumBits)
    }
}
