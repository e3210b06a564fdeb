import UserProfiles

/// JSON as `jsonb` can hold it.
///
/// Two things it cannot: the character U+0000 in a string or a name, and numbers beyond ``NumericRange``. The character
/// becomes U+FFFD, the number a string of its digits.
enum PostgresJSON {
    /// Whether `jsonb` takes a minified text as it is.
    static func holds(_ json: [UInt8]) -> Bool {
        json.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    guard let end = endOfString(bytes, from: index + 1) else { return false }
                    index = end
                case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    let start = index
                    while index < bytes.count, isPartOfNumber(bytes[index]) { index += 1 }
                    guard NumericRange.holds(UnsafeBufferPointer(rebasing: bytes[start..<index])) else { return false }
                default: index += 1
                }
            }
            return true
        }
    }

    /// The text with everything replaced that `jsonb` cannot hold.
    static func fitted(_ json: [UInt8]) throws(JSONError) -> [UInt8] {
        let limits = JSONLimits(maximumDepth: 256, maximumNumberLength: .max)
        var writer = JSONWriter(reservingCapacity: json.count)
        writer.value(fitted(try JSONParser.parse(json, limits: limits)))
        return writer.bytes
    }

    private static func fitted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool: value
        case .string(let text): .string(PostgresText.fitted(text))
        case .number(let number): NumericRange.holds(number.text.utf8) ? value : .string(number.text)
        case .array(let values): .array(values.map { fitted($0) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { JSONObject.Member(key: PostgresText.fitted($0.key), value: fitted($0.value)) }
                )
            )
        }
    }

    /// The place behind the string's closing quote; `nil` if the string holds U+0000.
    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"):
                if isNull(bytes, at: index + 1) { return nil }
                index += 2
            default: index += 1
            }
        }
        return index
    }

    /// Whether `u0000` stands there.
    private static func isNull(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        index + 5 <= bytes.count && bytes[index] == UInt8(ascii: "u")
            && bytes[(index + 1)..<(index + 5)].allSatisfy { $0 == UInt8(ascii: "0") }
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
