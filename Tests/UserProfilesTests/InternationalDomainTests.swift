import Testing

@testable import UserProfiles

@Suite struct InternationalDomainTests {
    @Test(
        "Labels are encoded and decoded as the samples of RFC 3492, section 7.1, say",
        arguments: [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
            ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
            ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
            ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
            ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            (
                "세계의모든사람들이한국어를이해한다면얼마나좋을까",
                "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"
            ),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
            ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
            ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
            ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
            ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
            ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"), ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
            ("パフィーdeルンバ", "de-jg4avhby1noc0d"), ("そのスピードで", "d9juau41awczczp"), ("-> $1.00 <-", "-> $1.00 <--"),
        ]
    )
    func samples(_ label: String, _ encoded: String) {
        #expect(Punycode.encode(Array(label.unicodeScalars)) == Array(encoded.utf8))
        #expect(Punycode.decode(Array(encoded.utf8)) == Array(label.unicodeScalars))
    }

    @Test(
        "What is no encoding decodes to nothing",
        arguments: ["bcher-kv", "BCHER-KVA", "a-b-c!", "é", "99999999", "zzzzzzzzzzzzzzzzzzzz", "-", "kva "]
    )
    func refuses(_ text: String) {
        #expect(Punycode.decode(Array(text.utf8)) == nil)
    }

    @Test("Any bytes are decoded to something or to nothing, and what is decoded is encoded to the same bytes")
    func decodesAnything() {
        let digits = Array("abyz0189-".utf8)
        for number in 0..<59_049 {
            var rest = number
            let text = (0..<5).map { _ -> UInt8 in
                defer { rest /= digits.count }
                return digits[rest % digits.count]
            }
            if let label = Punycode.decode(text) { #expect(Punycode.encode(label) == text) }
        }
        #expect(Punycode.encode(Array(repeating: "é", count: 10_000)) == nil)
        #expect(Punycode.decode(Array(repeating: UInt8(ascii: "9"), count: 10_000)) == nil)
    }

    @Test(
        "The two forms of a domain are one address",
        arguments: [
            ("info@bücher.example", "info@xn--bcher-kva.example"),
            ("Info@BÜCHER.Example", "info@XN--BCHER-KVA.example"),
            ("a@bu\u{308}cher.example", "a@xn--bcher-kva.example"), ("a@straße.example", "a@xn--strae-oqa.example"),
            ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"), ("ζ@ΣΟΦΌΣ.gr", "ζ@xn--0xagbn4a.gr"),
        ]
    )
    func foldsBothForms(_ left: String, _ right: String) {
        #expect(FoldedText(address: left) == FoldedText(address: right))
    }

    @Test(
        "A label that stands for nothing an address may have stays as it is, and so does the part before the @",
        arguments: [
            "a@xn--.example", "a@xn--bcher-kv.example", "xn--bcher-kva@x.example", "a@x-n--bcher-kva.example",
            // U+202E, which turns the direction of reading; U+00A0.
            "a@xn--ab-g4t.example", "a@xn--ab-1ca.example", "xn--bcher-kva",
        ]
    )
    func keepsOthers(_ address: String) {
        #expect(FoldedText(address: address).bytes == Array(address.utf8))
    }

    @Test("The limit of a label is measured in ASCII")
    func measuresLabels() {
        func isValid(_ label: String) -> Bool { EmailRule.errors("info@\(label).example").isEmpty }
        #expect(isValid(String(repeating: "中", count: 22)))
        #expect(isValid(String(repeating: "中", count: 57)))
        #expect(!isValid(String(repeating: "中", count: 58)))
        #expect(isValid(String(repeating: "d", count: 63)))
        #expect(!isValid(String(repeating: "d", count: 64)))
        // 21 letters of 3 bytes each are 63 bytes in UTF-8, and more in ASCII.
        #expect(!isValid("一凑喢女嵄愕擦梷沈灙琪矻篌羝荮蜿謐軡銲隃驔"))
    }
}
