@_spi(_Unicode) import Swift

/// A text as comparisons and searches see it: without case, and without a difference between composed and decomposed
/// letters (`Records`, "Key", step by step).
///
/// Unicode's full case folding (chapter 3.13, "caseless matching") is approximated per scalar by
/// lower(upper(lower(x))) over the canonical decomposition, composed again afterwards; the innermost step is for ẞ, which
/// is its own capital. So "Straße" equals "STRASSE", and Σ, ς and σ are one. The
/// dot that İ leaves behind when it becomes small is dropped, so that "istanbul" finds "İstanbul".
package struct FoldedText: Hashable, Sendable {
    /// UTF-8.
    package let bytes: [UInt8]

    init(_ text: String) {
        bytes = Self.asciiFolded(text) ?? Self.folded(text)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The fold of an e-mail address, which takes the two forms of an international domain for one.
    package init(address: String) {
        self.init(InternationalDomain.decoded(address))
    }

    /// The text without the combining marks of Latin and Greek letters, as searches see it.
    ///
    /// Marks of other scripts stay: they make other letters (й, が) or are the vowels.
    var withoutMarks: FoldedText {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return self }
        var scalars = String.UnicodeScalarView()
        var isMarkable = false
        for scalar in String(decoding: bytes, as: UTF8.self)._nfd {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark:
                if !isMarkable { scalars.append(scalar) }
            default:
                isMarkable = Self.isLatinOrGreek(scalar)
                scalars.append(scalar)
            }
        }
        var composed = String.UnicodeScalarView()
        for scalar in String(scalars)._nfc { composed.append(scalar) }
        return FoldedText(bytes: Array(String(composed).utf8))
    }

    /// By Unicode's blocks, of which only letters can stand before a mark in a folded text.
    private static func isLatinOrGreek(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Basic Latin to IPA Extensions; Greek and Coptic.
        case 0x41...0x2AF, 0x370...0x3FF: scalar.properties.isAlphabetic
        // Phonetic Extensions; Latin Extended Additional and Greek Extended; Latin Extended-C to -E.
        case 0x1D00...0x1DBF, 0x1E00...0x1FFF, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F: true
        default: false
        }
    }

    private static func asciiFolded(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { utf8 -> [UInt8]? in
            var union: UInt8 = 0
            for byte in utf8 { union |= byte }
            guard union < 0x80 else { return nil }
            return utf8.map { byte in
                byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
            }
        }
    }

    private static func folded(_ text: String) -> [UInt8] {
        var lowered = String.UnicodeScalarView()
        for scalar in text._nfd {
            let upper = scalar.properties.lowercaseMapping.unicodeScalars.lazy.flatMap {
                $0.properties.uppercaseMapping.unicodeScalars
            }
            for lower in upper.flatMap({ $0.properties.lowercaseMapping.unicodeScalars }) {
                if lower.value == dotAbove, lowered.last == "i" { continue }
                lowered.append(lower)
            }
        }
        var composed = String.UnicodeScalarView()
        for scalar in String(lowered)._nfc { composed.append(scalar) }
        return Array(String(composed).utf8)
    }

    private static let dotAbove: UInt32 = 0x307
}
