/// The one spelling of positive numbers that identifiers accept.
enum DecimalText {
    /// The number that `text` spells, if it is a plain decimal from 1 to 2⁶³ − 1 without sign and leading zeros.
    static func positiveNumber(_ text: String) -> UInt64? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"), text.utf8.count <= 19 else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return value <= UInt64(Int64.max) ? value : nil
    }
}
