/// Which numbers PostgreSQL's `numeric` holds, as which `jsonb` keeps them.
///
/// At most 131,072 digits before the decimal point and 16,383 behind it (PostgreSQL's documentation, "Numeric Types").
enum NumericRange {
    static let digitsBefore = 131_072
    static let digitsBehind = 16_383
    /// Beyond this, the exponent alone decides.
    private static let largestExponent = 1_000_000

    /// - Parameter number: a number as JSON writes it.
    static func holds(_ number: some Collection<UInt8>) -> Bool {
        var digits = 0
        var fraction = 0
        var significantAt: Int?
        var isFraction = false
        var rest = number[...]
        while let byte = rest.first {
            if byte | 0x20 == UInt8(ascii: "e") { break }
            rest = rest.dropFirst()
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "-"): break
            default:
                if byte != UInt8(ascii: "0"), significantAt == nil { significantAt = digits }
                digits += 1
                if isFraction { fraction += 1 }
            }
        }
        guard let exponent = exponent(rest.dropFirst()) else { return false }
        guard max(0, fraction - exponent) <= digitsBehind else { return false }
        guard let significantAt else { return true }
        return digits - fraction - significantAt + exponent <= digitsBefore
    }

    /// The value of what stands behind the `e`; `nil` if that is far out of range.
    private static func exponent(_ text: some Collection<UInt8>) -> Int? {
        var value = 0
        var isNegative = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            default:
                value = value * 10 + Int(byte) - Int(UInt8(ascii: "0"))
                guard value <= largestExponent else { return nil }
            }
        }
        return isNegative ? -value : value
    }
}
