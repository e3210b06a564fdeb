import Crypto
public import LogStorage

/// A random text that a program shows instead of name and password: who it is, what it may do, and until when.
public struct APIToken: Sendable, Hashable {
    /// What stands as `actor` in every record; accounts and tokens share one set of names.
    public let name: String
    /// What the token may do.
    public let role: Role
    /// What stands for the token's text.
    public let digest: TokenDigest
    /// When it was made; nil when the file does not say.
    public let created: LogTimestamp?
    /// From when on it is refused; nil: never.
    public let expires: LogTimestamp?

    /// - Throws: ``AccountError`` when the name cannot be one of an account.
    public init(
        name: String,
        role: Role,
        digest: TokenDigest,
        created: LogTimestamp?,
        expires: LogTimestamp?
    ) throws(AccountError) {
        if let problem = Account.problem(withName: name) { throw AccountError(problem) }
        self.name = name
        self.role = role
        self.digest = digest
        self.created = created
        self.expires = expires
    }

    /// Whether the token's time is over.
    public func isExpired(at time: LogTimestamp) -> Bool {
        expires.map { $0 <= time } ?? false
    }
}

/// The SHA-256 of a token's text: all of a token that is kept.
///
/// A plain hash is enough, because nobody can try out 2²⁵⁶ texts.
public struct TokenDigest: Sendable, Hashable, Concealed {
    /// Bytes of a digest.
    public static let size = 32

    private let bytes: [UInt8]

    /// The digest of a token's text.
    public init(of text: String) {
        bytes = Array(SHA256.hash(data: Array(text.utf8)))
    }

    /// Reads 64 hexadecimal digits; nil when they are none.
    public init?(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        // One byte of UTF-8 a digit: none of another script.
        guard text.utf8.count == 2 * Self.size, digits.count == 2 * Self.size else { return nil }
        bytes = (0..<Self.size).map { UInt8(16 * digits[2 * $0] + digits[2 * $0 + 1]) }
    }

    /// The digest as 64 lower-case hexadecimal digits, as `sha256sum` prints it.
    public var hexadecimal: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Reads until when a token shall be good.
public enum TokenExpiry {
    /// What holds when nobody says anything.
    public static let standard = "90d"
    /// The longest time in days: a hundred years. What shall last longer has to be `never`, so that it is meant.
    public static let maximumDays = 36_500

    /// Reads a number of days (`90d`) or hours (`12h`) from `now`, an RFC 3339 time in the future, or `never`.
    ///
    /// - Returns: the instant from which on the token is refused; nil for `never`.
    /// - Throws: ``AccountError`` with the form that is expected.
    public static func instant(_ text: String, now: LogTimestamp) throws(AccountError) -> LogTimestamp? {
        if text == "never" { return nil }
        if let seconds = seconds(text) { return now.advanced(byMicroseconds: seconds * 1_000_000) }
        let instant: LogTimestamp
        do {
            instant = try LogTimestamp(rfc3339: text)
        } catch {
            throw AccountError(
                "--expires must be a number of days or hours such as 90d or 12h (at most \(maximumDays)d), an RFC 3339 "
                    + "time such as 2027-01-31T00:00:00Z, or never; not \"\(text)\""
            )
        }
        guard instant > now else { throw AccountError("--expires must lie in the future, \(text) does not") }
        return instant
    }

    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["d": 86_400, "h": 3_600]
        guard let unit = text.last.flatMap({ units[$0] }), text.dropLast().allSatisfy(\.isNumber),
            let count = Int64(text.dropLast()), count > 0, count <= Int64(maximumDays) * 86_400 / unit
        else { return nil }
        return count * unit
    }
}

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

    /// The first 30 bits of the SHA-256 of the text before it.
    private static func checksum(of text: String) -> String {
        var value: UInt64 = 0
        for byte in SHA256.hash(data: Array(text.utf8)).prefix(4) { value = value << 8 | UInt64(byte) }
        return RandomText.base32(value >> 2, bits: checksumBits)
    }
}

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
