/// How many columns of a terminal a text takes.
package enum DisplayWidth {
    package static func of(_ text: String) -> Int {
        var text = text
        let count = text.withUTF8 { utf8 in utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? utf8.count : nil }
        return count ?? text.reduce(0) { $0 + columns($1) }
    }

    /// `text` with blanks behind it, up to `width` columns.
    package static func padded(_ text: String, to width: Int) -> String {
        let missing = width - of(text)
        return missing > 0 ? text + String(repeating: " ", count: missing) : text
    }

    /// `text` with blanks before it, up to `width` columns.
    package static func rightAligned(_ text: String, to width: Int) -> String {
        let missing = width - of(text)
        return missing > 0 ? String(repeating: " ", count: missing) + text : text
    }

    /// `text`, or its beginning with an ellipsis when it takes more than `width` columns.
    package static func shortened(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var short = ""
        var used = 1
        for character in text {
            let columns = columns(character)
            if used + columns > width { break }
            short.append(character)
            used += columns
        }
        return short + "…"
    }

    private static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x300 { return 1 }
        // An emoji variation selector makes a narrow symbol wide.
        let isEmoji = character.unicodeScalars.contains { $0.value == 0xFE0F }
        if isEmoji || isWide(first.value) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    /// The ranges of East Asian Width "W" and "F" (Unicode's EastAsianWidth.txt), gaps without letters included.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
