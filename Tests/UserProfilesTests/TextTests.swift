import Testing

@testable import UserProfiles

@Suite struct TextTests {
    @Test(
        "Texts that differ in case or composition fold to the same",
        arguments: [
            ("Straße", "STRASSE"), ("STRAẞE", "straße"), ("é", "e\u{301}"), ("ΣΟΦΌΣ", "σοφός"), ("σοφοσ", "ΣΟΦΟς"),
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "istanbul"), ("ﬁn", "FIN"), ("ИРИНА", "ирина"), ("Å", "A\u{30A}"), ("Ǆ", "ǆ"), ("ᾼ", "ᾳ"),
            ("Zoë@Example.COM", "zoe\u{308}@example.com"), ("ＡＢ", "ａｂ"), ("Kelvin \u{212A}", "kelvin k"),
        ]
    )
    func folds(_ left: String, _ right: String) {
        #expect(FoldedText(left) == FoldedText(right))
    }

    @Test("Different letters stay different", arguments: [("e", "é"), ("o", "ø"), ("ш", "щ"), ("a", "а"), ("が", "か")])
    func keepsApart(_ left: String, _ right: String) {
        #expect(FoldedText(left) != FoldedText(right))
    }

    @Test("Folding again changes nothing, for every character")
    func isIdempotent() {
        for value in UInt32(0)...0x1_F9FF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let once = FoldedText(String(Character(scalar)))
            let twice = FoldedText(String(decoding: once.bytes, as: UTF8.self))
            #expect(once == twice, "U+\(String(value, radix: 16))")
        }
    }

    @Test("ASCII takes the same way as everything else")
    func foldsASCIIAlike() {
        let text = String(decoding: (UInt8(0x20)...0x7E).map { $0 }, as: UTF8.self)
        let long = Array(FoldedText(text + "é").bytes.dropLast(2))
        #expect(FoldedText(text).bytes == long)
    }

    @Test("Keys and tags are the first bytes of SHA-256, little-endian")
    func hashes() {
        // SHA-256 of "abc" begins ba 78 16 bf 8f 01 cf ea (FIPS 180-2, appendix B.1).
        #expect(TextKeys.standard.email(Array("abc".utf8)) == 0xEACF_018F_BF16_78BA)
        #expect(TextKeys.actorTag("abc") == 0xBF16_78BA)
    }

    @Test("A search finds a needle in every place of a text of any length, and nothing else")
    func searches() {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        for length in 1...60 {
            let haystack = (0..<length).map { alphabet[$0 % alphabet.count] }
            for start in 0..<length {
                for end in start + 1...length {
                    #expect(contains(haystack, Array(haystack[start..<end])))
                }
            }
            #expect(!contains(haystack, haystack + [0x21]))
            #expect(!contains(haystack, [0x21]))
        }
        #expect(!contains(Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab".utf8), Array("aba".utf8)))
        #expect(contains([], []))
        #expect(!contains([], [1]))
    }

    private func contains(_ haystack: [UInt8], _ needle: [UInt8]) -> Bool {
        haystack.withUnsafeBufferPointer { haystack in
            needle.withUnsafeBufferPointer { ByteSearch.contains(haystack, $0) }
        }
    }

    @Test("Bytes become base 64 text and back; other texts are refused")
    func encodesBase64() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        for text in ["A", "AB", "AA=", "A A", "é", "AA+A", "_/"] {
            #expect(Base64URL.decode(text) == nil || text == "AA")
        }
    }

    @Test(
        "Identifiers have one spelling",
        arguments: [
            "0", "-1", "+1", "01", "", " 1", "1 ", "9223372036854775808", "18446744073709551616",
            "99999999999999999999",
            "1.0", "٣", "1e3", "0x1",
        ]
    )
    func refusesNumbers(_ text: String) {
        #expect(UserID(text) == nil)
        #expect(ProfileVersion(text) == nil)
    }

    @Test("Identifiers read what they write")
    func readsNumbers() {
        for value in [1, 42, UInt64(Int64.max)] { #expect(UserID(String(value))?.rawValue == value) }
    }
}
