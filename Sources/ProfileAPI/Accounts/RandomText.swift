/// Random texts made of Crockford's base 32 alphabet, which has no letters that look like digits.
enum RandomText {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Writes `value` with as many digits as hold `bits` bits, most significant first.
    static func base32(_ value: UInt64, bits: Int = 64) -> String {
        let digits = (bits + 4) / 5
        return String(unsafeUninitializedCapacity: digits) { buffer in
            for index in 0..<digits {
                let shift = UInt64(5 * (digits - 1 - index))
                buffer[index] = alphabet[Int(value >> shift & 31)]
            }
            return digits
        }
    }

    /// A password of 100 random bits in groups of five, for example `k3v9a-…`.
    static func password() -> String {
        var generator = SystemRandomNumberGenerator()
        let groups = (0..<4).map { _ in base32(generator.next() & (1 << 25 - 1), bits: 25) }
        return groups.joined(separator: "-")
    }
}
