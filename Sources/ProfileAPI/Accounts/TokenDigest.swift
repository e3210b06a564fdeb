import Crypto

/// The SHA-256 of a token's text: all of a token that is kept.
///
/// A plain hash is enough, because nobody can try out 2²⁵⁶ texts.
public struct TokenDigest: Sendable, Hashable, Concealed {
    /// Bytes of a digest.
    public static let size = 32

    private let bytes: [UInt8]

    /// The digest of a token's text.
    public init(of text: String) {
        var hash = SHA256()
        var text = text
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        bytes = Array(hash.finalize())
    }

    /// Reads 64 hexadecimal digits; nil when they are none.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8).map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 2 * Self.size else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<Self.size {
            guard let high = digits[2 * index], let low = digits[2 * index + 1] else { return nil }
            bytes.append(UInt8(16 * high + low))
        }
        self.bytes = bytes
    }

    /// The digest as 64 lower-case hexadecimal digits, as `sha256sum` prints it.
    public var hexadecimal: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
