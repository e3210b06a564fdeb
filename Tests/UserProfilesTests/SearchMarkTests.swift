import TestSupport
import Testing

@testable import UserProfiles

/// Searches pass over the marks of Latin and Greek letters.
@Suite struct SearchMarkTests {
    /// Letters with marks, by what is left of them; code points in hexadecimal, from Python's `unicodedata` (Unicode 14):
    /// the letters of Latin-1, Latin Extended-A, -B and Additional, Greek and Greek Extended that decompose.
    private static let letters: [(String, String)] = [
        ("a", "C0-C5 E0-E5 100-105 1CD-1CE 1DE-1E1 1FA-1FB 200-203 226-227 1E00-1E01 1EA0-1EB7"),
        ("b", "1E02-1E07"),
        ("c", "C7 E7 106-10D 1E08-1E09"),
        ("d", "10E-10F 1E0A-1E13"),
        ("e", "C8-CB E8-EB 112-11B 204-207 228-229 1E14-1E1D 1EB8-1EC7"),
        ("f", "1E1E-1E1F"),
        ("g", "11C-123 1E6-1E7 1F4-1F5 1E20-1E21"),
        ("h", "124-125 21E-21F 1E22-1E2B 1E96"),
        ("i", "CC-CF EC-EF 128-130 1CF-1D0 208-20B 1E2C-1E2F 1EC8-1ECB"),
        ("j", "134-135 1F0"),
        ("k", "136-137 1E8-1E9 1E30-1E35"),
        ("l", "139-13E 1E36-1E3D"),
        ("m", "1E3E-1E43"),
        ("n", "D1 F1 143-148 1F8-1F9 1E44-1E4B"),
        ("o", "D2-D6 F2-F6 14C-151 1A0-1A1 1D1-1D2 1EA-1ED 20C-20F 22A-231 1E4C-1E53 1ECC-1EE3"),
        ("p", "1E54-1E57"),
        ("r", "154-159 210-213 1E58-1E5F"),
        ("s", "15A-161 218-219 1E60-1E69 1E9B"),
        ("t", "162-165 21A-21B 1E6A-1E71 1E97"),
        ("u", "D9-DC F9-FC 168-173 1AF-1B0 1D3-1DC 214-217 1E72-1E7B 1EE4-1EF1"),
        ("v", "1E7C-1E7F"),
        ("w", "174-175 1E80-1E89 1E98"),
        ("x", "1E8A-1E8D"),
        ("y", "DD FD FF 176-178 232-233 1E8E-1E8F 1E99 1EF2-1EF9"),
        ("z", "179-17E 1E90-1E95"),
        ("æ", "1E2-1E3 1FC-1FD"),
        ("ø", "1FE-1FF"),
        ("ʒ", "1EE-1EF"),
        ("α", "386 3AC 1F00-1F0F 1F70-1F71 1FB0-1FB1 1FB6 1FB8-1FBB"),
        ("αι", "1F80-1F8F 1FB2-1FB4 1FB7 1FBC"),
        ("ε", "388 3AD 1F10-1F15 1F18-1F1D 1F72-1F73 1FC8-1FC9"),
        ("η", "389 3AE 1F20-1F2F 1F74-1F75 1FC6 1FCA-1FCB"),
        ("ηι", "1F90-1F9F 1FC2-1FC4 1FC7 1FCC"),
        ("ι", "38A 390 3AA 3AF 3CA 1F30-1F3F 1F76-1F77 1FD0-1FD3 1FD6-1FDB"),
        ("ο", "38C 3CC 1F40-1F45 1F48-1F4D 1F78-1F79 1FF8-1FF9"),
        ("ρ", "1FE4-1FE5 1FEC"),
        ("υ", "38E 3AB 3B0 3CB 3CD 1F50-1F57 1F59 1F5B 1F5D 1F5F 1F7A-1F7B 1FE0-1FE3 1FE6-1FEB"),
        ("ω", "38F 3CE 1F60-1F6F 1F7C-1F7D 1FF6 1FFA-1FFB"),
        ("ωι", "1FA0-1FAF 1FF2-1FF4 1FF7 1FFC"),
        ("ϒ", "3D3-3D4"),
    ]

    @Test("Each letter that decomposes is what is left without its marks", arguments: letters)
    func dropsMarks(_ base: String, _ codePoints: String) throws {
        for part in codePoints.split(separator: " ") {
            let ends = part.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            let (first, last) = (try #require(ends.first), try #require(ends.last))
            for value in first...last {
                let scalar = try #require(Unicode.Scalar(value))
                let text = FoldedText("x\(Character(scalar))x").withoutMarks
                #expect(text.bytes == Array("x\(base)x".utf8), "U+\(String(value, radix: 16))")
            }
        }
    }

    @Test(
        "Marks of other scripts stay, and what has no mark",
        arguments: ["й", "ё", "が", "ぱ", "हि", "שָׁ", "ф", "ł", "ø", "ß", "中", "각", "🦊", "e", "\u{301}"]
    )
    func keepsOthers(_ text: String) {
        #expect(FoldedText(text).withoutMarks == FoldedText(text))
    }

    @Test("To drop marks twice changes nothing, for every character")
    func isIdempotent() {
        for value in TestScale.sample(0..<0x1_FA00, about: 10_000) {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let once = FoldedText("e\u{301}\(String(Character(scalar)))\u{323}").withoutMarks
            #expect(once.withoutMarks == once, "U+\(String(value, radix: 16))")
            #expect(FoldedText(String(decoding: once.bytes, as: UTF8.self)).withoutMarks == once)
        }
    }

    @Test("A search text holds name and email as sorts want them, and behind them what only searches see")
    func searchText() {
        func parts(_ name: String, _ email: String) -> [String] {
            String(decoding: SearchText(name: name, email: email).bytes, as: UTF8.self).split(separator: "\n").map(
                String.init
            )
        }
        #expect(parts("Ann", "ann@x.example") == ["ann", "ann@x.example"])
        #expect(parts("Zoë", "zoe@x.example") == ["zoë", "zoe@x.example", "zoe"])
        #expect(parts("Ann", "ann@bücher.example") == ["ann", "ann@bücher.example", "ann@bucher.example"])
        #expect(
            parts("Ann", "Ann@XN--bcher-kva.example")
                == ["ann", "ann@bücher.example", "ann@bucher.example", "ann@xn--bcher-kva.example"]
        )
        let text = SearchText(name: "Zoë", email: "É@x.example")
        text.bytes.withUnsafeBufferPointer {
            #expect(SearchText.name(of: $0).elementsEqual("zoë".utf8))
            #expect(SearchText.email(of: $0).elementsEqual("é@x.example".utf8))
        }
    }
}
