/// What a search sees of a user: the folded name, a line feed, the folded email.
struct SearchText: Sendable, Hashable {
    static let separator = UInt8(ascii: "\n")

    let bytes: [UInt8]

    init(name: FoldedText, email: FoldedText) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.bytes.count + 1 + email.bytes.count)
        bytes.append(contentsOf: name.bytes)
        bytes.append(Self.separator)
        bytes.append(contentsOf: email.bytes)
        self.bytes = bytes
    }

    init(_ profile: Profile) {
        self.init(name: FoldedText(profile.name), email: FoldedText(profile.email))
    }

    /// The folded email's part of a search text.
    static func email(of text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let separator = text.firstIndex(of: separator) else { return UnsafeBufferPointer(rebasing: text[..<0]) }
        return UnsafeBufferPointer(rebasing: text[(separator + 1)...])
    }

    /// The folded name's part of a search text.
    static func name(of text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[..<(text.firstIndex(of: separator) ?? 0)])
    }
}
