/// What sorts and searches see of a user: the folded name, a line feed, the folded email; then, each behind a line feed,
/// what only searches see because it differs from these.
///
/// That is the name and the email without the marks of Latin and Greek letters, and an email as it was spelt if its domain
/// is in ASCII for an international one.
struct SearchText: Sendable, Hashable {
    static let separator = UInt8(ascii: "\n")

    let bytes: [UInt8]

    init(_ profile: Profile) {
        self.init(name: profile.name, email: profile.email)
    }

    /// - Parameter folded: the folded email, if it is known.
    init(name: String, email: String, folded: FoldedText? = nil) {
        var parts = [FoldedText(name), folded ?? FoldedText(address: email)]
        parts += parts.filter { $0.withoutMarks != $0 }.map(\.withoutMarks)
        if InternationalDomain.hasEncodedLabel(email) { parts.append(FoldedText(email).withoutMarks) }
        bytes = Array(parts.map(\.bytes).joined(separator: [Self.separator]))
    }

    /// The folded email's part of a search text.
    static func email(of text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let start = text.firstIndex(of: separator) else { return UnsafeBufferPointer(rebasing: text[..<0]) }
        return UnsafeBufferPointer(rebasing: text[(start + 1)...].prefix { $0 != separator })
    }

    /// The folded name's part of a search text.
    static func name(of text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[..<(text.firstIndex(of: separator) ?? 0)])
    }
}
