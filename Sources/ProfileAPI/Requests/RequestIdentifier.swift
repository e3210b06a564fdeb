/// The name of a request in logs, answers and records.
enum RequestIdentifier {
    /// The longest identifier that is taken from a caller, in characters.
    static let maximumLength = 128

    /// The caller's own identifier when it is 1–128 visible ASCII characters, otherwise a new one of 13 characters
    /// (64 bits; short, because every record stores it).
    static func choose(callers: String?) -> String {
        if let callers, isUsable(callers) { return callers }
        return RandomText.base32(sequence.next())
    }

    private static let sequence = RandomSequence()

    private static func isUsable(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
