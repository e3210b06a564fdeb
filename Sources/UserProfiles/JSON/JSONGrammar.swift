/// The leaves of JSON's grammar, over bytes.
enum JSONGrammar {
    /// The length of the number that starts at `start`; 0 when none does.
    static func numberLength(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        func digits() -> Bool {
            let first = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            return index > first
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "0") {
            index += 1
            if index < bytes.count, isDigit(bytes[index]) { return 0 }
        } else {
            guard digits() else { return 0 }
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() else { return 0 }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digits() else { return 0 }
        }
        return index - start
    }

    /// The end of the bytes from `start` that a string holds as they are.
    static func endOfRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, !needsEscape(bytes[index]) { index += 1 }
        return index
    }

    /// Whether a string cannot hold `byte` as it is.
    static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The first byte of the range that does not belong to well-formed UTF-8 (Unicode, table 3-7).
    static func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
        var index = start
        while index < end {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let second: ClosedRange<UInt8>
            let trailing: Int
            switch lead {
            case 0xC2...0xDF: (second, trailing) = (0x80...0xBF, 1)
            case 0xE0: (second, trailing) = (0xA0...0xBF, 2)
            case 0xE1...0xEC, 0xEE...0xEF: (second, trailing) = (0x80...0xBF, 2)
            case 0xED: (second, trailing) = (0x80...0x9F, 2)
            case 0xF0: (second, trailing) = (0x90...0xBF, 3)
            case 0xF1...0xF3: (second, trailing) = (0x80...0xBF, 3)
            case 0xF4: (second, trailing) = (0x80...0x8F, 3)
            default: return index
            }
            guard index + trailing < end, second.contains(bytes[index + 1]) else { return index }
            for offset in 1...trailing where bytes[index + offset] & 0xC0 != 0x80 { return index }
            index += trailing + 1
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
