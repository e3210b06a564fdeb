/// Text from the log as it may go to a terminal: what would control the terminal or turn the reading direction is
/// shown by its number instead, for example `<U+001B>`.
package enum VisibleText {
    package static func of(_ text: String) -> String {
        var text = text
        let isPlain = text.withUTF8 { utf8 in utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
        if isPlain || !text.unicodeScalars.contains(where: isHidden) { return text }
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                visible.append(contentsOf: "<\(name(of: scalar))>".unicodeScalars)
            } else {
                visible.append(scalar)
            }
        }
        return String(visible)
    }

    /// Rows of CSV as they may go to a terminal: as ``of(_:)``, with the ends of lines left as they are.
    package static func ofLines(_ bytes: [UInt8]) -> [UInt8] {
        replacing(bytes) { scalar, next in
            scalar == "\n" || scalar == "\r" && next == "\n" ? nil : "<\(name(of: scalar))>"
        }
    }

    /// Lines of JSON as they may go to a terminal: what ``of(_:)`` hides is escaped, so that the JSON means the same.
    package static func ofJSON(_ bytes: [UInt8]) -> [UInt8] {
        replacing(bytes) { scalar, _ in scalar == "\n" ? nil : escape(scalar) }
    }

    /// - Parameter text: what stands for a hidden character, given the one behind it; nil for the character itself.
    private static func replacing(
        _ bytes: [UInt8],
        _ text: (Unicode.Scalar, Unicode.Scalar?) -> String?
    ) -> [UInt8] {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == UInt8(ascii: "\n") }) { return bytes }
        let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        var visible = ""
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            if isHidden(scalar), let text = text(scalar, next) {
                visible += text
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return Array(visible.utf8)
    }

    /// As a JSON string may hold it (RFC 8259, section 7), for example `\u202e`.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        UTF16.encode(scalar).map { units in
            units.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        } ?? ""
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x20..<0x7F: false
        case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
