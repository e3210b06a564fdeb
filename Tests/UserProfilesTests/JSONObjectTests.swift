import Testing

@testable import UserProfiles

@Suite struct JSONObjectTests {
    @Test("Objects are equal whatever the order of their members, as text or as members, with equal hashes")
    func ignoresOrder() throws {
        let left = try JSONValue.text(#"{"a":1,"b":{"x":[1,2],"y":null}}"#)
        let right = try JSONValue.text(#"{"b":{"y":null,"x":[1,2]},"a":1}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        let text = JSONValue.object(JSONObject(validatedText: Array(#"{"b":{"y":null,"x":[1,2]},"a":1}"#.utf8)))
        #expect(text == left)
        #expect(text.hashValue == left.hashValue)
    }

    @Test(
        "Order in arrays, number texts, composed and decomposed strings make a difference",
        arguments: [
            ("[1,2]", "[2,1]"), ("1", "1.0"), ("1e2", "100"), (#""\u00e9""#, #""e\u0301""#), (#"{"a":1}"#, #"{"a":2}"#),
            (#"{"a":1}"#, #"{"a":1,"b":1}"#), (#"{"a":1}"#, #"{"b":1}"#), ("null", "false"), ("0", "-0"),
        ]
    )
    func tellsApart(_ left: String, _ right: String) throws {
        #expect(try JSONValue.text(left) != JSONValue.text(right))
    }

    @Test("Of members with the same key the last one stays")
    func keepsLast() {
        let object = JSONObject([
            .init(key: "a", value: .bool(true)), .init(key: "b", value: .null), .init(key: "a", value: .bool(false)),
        ])
        #expect(object.members.map(\.key) == ["a", "b"])
        #expect(object["a"] == .bool(false))
    }

    @Test("A number is what RFC 8259 calls one", arguments: ["", "1 ", "01", "1.", "--1", "1e", "٣"])
    func refusesNumbers(_ text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test("The writer puts commas, quotes and escapes where they belong")
    func writes() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("list")
        writer.beginArray()
        writer.number(-1)
        writer.string("\u{0}\u{7F}\"\\é\u{2028}")
        writer.raw(Array("{}".utf8))
        writer.endArray()
        writer.key(String("naïve\n"))
        writer.null()
        writer.key("yes")
        writer.bool(true)
        writer.endObject()
        let expected = "{\"list\":[-1,\"\\u0000\u{7F}\\\"\\\\é\u{2028}\",{}],\"naïve\\n\":null,\"yes\":true}"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "Merge patches do what the examples of RFC 7396 show",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ]
    )
    func merges(_ target: String, _ patch: String, _ result: String) throws {
        #expect(try MergePatch.apply(.text(patch), to: .text(target)) == .text(result))
    }
}
