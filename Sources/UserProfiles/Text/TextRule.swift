/// Which characters have no place in a line of text that people read.
package enum TextRule {
    /// The first character of `text` that could forge a line or turn the reading direction of what stands around it.
    static func firstForbidden(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first(where: isForbidden)
    }

    /// Control characters, line and paragraph separators, overrides and isolates of the reading direction, and
    /// code points that Unicode reserves for never being characters.
    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x20..<0x7F: false
        case 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }

    /// The first character of `name` that has no place in a name which people compare by eye: what is forbidden in a line,
    /// and everything that is not to be seen but for single spaces between words.
    static func firstForbidden(inName name: String) -> Unicode.Scalar? {
        // Visible ASCII, as in most names of accounts.
        if name.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) { return nil }
        let scalars = Array(name.unicodeScalars)
        return scalars.indices.first { index in
            let scalar = scalars[index]
            if scalar == " " { return index == 0 || index == scalars.count - 1 || scalars[index - 1] == " " }
            return !isVisible(scalar) || isForbidden(scalar) || scalar.properties.generalCategory == .format
        }.map { scalars[$0] }
    }

    /// Whether something of the character is to be seen, alone or on the one before it.
    package static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x7F
            ? scalar.value > 0x20 : !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
    }

    /// The character's number as people write it, for example `U+202E`.
    package static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
