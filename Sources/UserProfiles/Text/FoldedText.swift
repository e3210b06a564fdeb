@_spi(_Unicode) import Swift

/// A text as comparisons and searches see it: without case, and without a difference between composed and decomposed
/// letters (`Records`, "Key", step by step).
///
/// Unicode's full case folding (chapter 3.13, "caseless matching") is approximated per scalar by
/// lower(upper(lower(x))) over the canonical decomposition, composed again afterwards; the innermost step is for ẞ, which
/// is its own capital. So "Straße" equals "STRASSE", and Σ, ς and σ are one. The
/// dot that İ leaves behind when it becomes small is dropped, so that "istanbul" finds "İstanbul".
struct FoldedText: Hashable, Sendable {
    /// UTF-8.
    let bytes: [UInt8]

    init(_ text: String) {
        bytes = Self.asciiFolded(text) ?? Self.folded(text)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
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
