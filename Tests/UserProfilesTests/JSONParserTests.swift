import Testing

@testable import UserProfiles

@Suite struct JSONParserTests {
    @Test(
        "Valid texts come back minified, member by member and digit by digit",
        arguments: [
            ("null", "null"), (" true ", "true"), ("\t\r\n false", "false"), ("[]", "[]"), ("{ }", "{}"),
            (
                "[1, -0, 0.10, 1e400, -1E+2, 12345678901234567890123456789012345678901]",
                "[1,-0,0.10,1e400,-1E+2,12345678901234567890123456789012345678901]"
            ),
            (#"{"b":1,"a":[{}, {"é":"e\u0301"}]}"#, "{\"b\":1,\"a\":[{},{\"é\":\"e\u{301}\"}]}"),
            (#""\u0000\u001f\b\f\n\r\t\/\\\"""#, #""\u0000\u001f\b\f\n\r\t/\\\"""#),
            (#""\ud83e\udD8A \u00e9 李小龍""#, #""🦊 é 李小龍""#),
        ]
    )
    func readsValid(_ text: String, _ minified: String) throws {
        var writer = JSONWriter()
        writer.value(try .text(text))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == minified)
    }

    @Test(
        "Texts that RFC 8259 does not allow are refused at the right place",
        arguments: [
            ("", 0), (" ", 1), ("nul", 0), ("nulll", 4), ("[1,]", 3), ("[1 2]", 3), ("{,}", 1), (#"{"a"}"#, 4),
            (#"{"a":1,}"#, 7), (#"{a:1}"#, 1), ("01", 0), ("1.", 0), (".5", 0), ("-", 0), ("1e", 0), ("+1", 0),
            ("0x1", 1), ("NaN", 0), ("\"a", 2), ("\"\t\"", 1), (#""\x""#, 1), (#""\u12g4""#, 1), (#""\u12"#, 1),
            ("[1] 2", 4), ("\u{FEFF}1", 0), ("'a'", 0), ("[", 1), ("{\"a\":", 5), ("\"\\", 2),
        ]
    )
    func refusesInvalid(_ text: String, _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue.text(text) }
        #expect(error?.offset == offset)
    }

    @Test(
        "A lone surrogate is not text",
        arguments: [#""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud83ex""#, #""\ud83e\n""#, #"{"\udfff":1}"#]
    )
    func refusesLoneSurrogates(_ text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue.text(text) }
        #expect(error?.message.contains("surrogate") == true)
    }

    @Test(
        "Bytes that are not UTF-8 are refused with their offset",
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xE2, 0x82, 0x22], 1),
            ([0x22, 0x5C, 0x6E, 0x80, 0x22], 3),
        ] as [([UInt8], Int)]
    )
    func refusesInvalidUTF8(_ bytes: [UInt8], _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
        #expect(error?.offset == offset)
    }

    @Test("The same member name twice is refused, in small objects and large ones, at the second one")
    func refusesDuplicateKeys() {
        let small = #expect(throws: JSONError.self) { try JSONValue.text(#"{"a":1,"\u0061":2}"#) }
        #expect(small?.offset == 7)
        let members = (0..<1_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: JSONError.self) { try JSONValue.text("{\(members),\"k500\":1}") }
        #expect(throws: Never.self) { try JSONValue.text("{\(members)}") }
    }

    @Test("Composed and decomposed names are different members")
    func keepsCanonicallyEquivalentKeysApart() throws {
        guard case .object(let object) = try JSONValue.text(#"{"\u00e9":1,"e\u0301":2}"#) else {
            Issue.record("not an object")
            return
        }
        #expect(object.members.count == 2)
        #expect(object["e\u{301}"] == .number(JSONNumber(2)))
    }

    @Test("Depth is bounded: 64 levels are read, 65 and 100,000 are an error")
    func boundsDepth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONValue.text(nested(64)) }
        let error = #expect(throws: JSONError.self) { try JSONValue.text(nested(65)) }
        #expect(error?.offset == 64)
        #expect(throws: JSONError.self) { try JSONValue.text(nested(100_000)) }
        #expect(throws: JSONError.self) { try JSONValue.text(String(repeating: "{\"a\":", count: 100_000)) }
        let endless = JSONLimits(maximumDepth: .max)
        #expect(throws: JSONError.self) { try JSONParser.parse(Array(nested(1_000).utf8), limits: endless) }
    }

    @Test("A number longer than the limit is refused")
    func boundsNumbers() {
        #expect(throws: Never.self) { try JSONValue.text(String(repeating: "9", count: 1_000)) }
        #expect(throws: JSONError.self) { try JSONValue.text(String(repeating: "9", count: 1_001)) }
    }

    @Test("An error names line and column")
    func namesPlace() {
        let error = #expect(throws: JSONError.self) { try JSONValue.text("{\n  \"a\": 1,\n  b\n}") }
        #expect(error?.line == 3)
        #expect(error?.column == 3)
    }

    @Test("Every truncation of a text is an error and never a crash")
    func survivesTruncation() throws {
        let text = Array(#"{"name":"Zo\u00eb 李 🦊","n":[-1.5e+3,true,null,{"x":"\ud83e\udd8a"}]}"#.utf8)
        #expect(throws: Never.self) { try JSONParser.parse(text) }
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(Array(text.prefix(length))) }
        }
    }

    @Test("Any byte in any place is read or refused, never a crash")
    func survivesEveryByte() {
        let text = Array(#"{"a":"\u00e9é","b":[1.5,true,{}]}"#.utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                _ = try? JSONParser.parse(changed)
            }
        }
    }
}
