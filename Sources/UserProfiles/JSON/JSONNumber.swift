/// A number as it was written: `1.10`, `1e400` and 40 digits come back exactly so.
///
/// Numbers are equal when their texts are; `1` and `1.0` differ, because a reader may care.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// The text, valid by RFC 8259.
    public let text: String

    /// Takes `text` if it is a number by RFC 8259.
    public init?(_ text: String) {
        var copy = text
        let valid = copy.withUTF8 { bytes in
            JSONGrammar.numberLength(bytes, from: 0) == bytes.count && !bytes.isEmpty
        }
        guard valid else { return nil }
        self.text = text
    }

    public init(_ value: some FixedWidthInteger) {
        text = String(value)
    }

    init(validated text: String) {
        self.text = text
    }

    public var description: String { text }
}
