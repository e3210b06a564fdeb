import Testing

@testable import UserProfiles

@Suite struct ValidationTests {
    private func fields(_ json: String) throws -> [String] {
        do {
            _ = try ProfileDraft(json: try .text(json))
            return []
        } catch let error as ProfileError {
            guard case .invalid(let errors) = error.code else { return ["?"] }
            for error in errors { #expect(!error.message.isEmpty) }
            return errors.map(\.field).sorted()
        }
    }

    @Test(
        "Every field that is wrong is named at once",
        arguments: [
            ("{}", ["email", "name"]), ("[]", ["body"]), ("null", ["body"]),
            (#"{"name":1,"email":null}"#, ["email", "name"]),
            (#"{"name":"","email":"x","attributes":[]}"#, ["attributes", "email", "name"]),
            (#"{"name":"a","email":"a@b.example","nick":"n","attributes":null}"#, ["attributes", "nick"]),
            (#"{"name":" \t ","email":"a@b.example"}"#, ["name"]),
            (#"{"name":"a\u0000b","email":"a@b.example"}"#, ["name"]),
            (#"{"name":"a\u202eb","email":"a@b.example"}"#, ["name"]),
            (#"{"name":"a\u2028b","email":"a@b.example"}"#, ["name"]),
            (#"{"name":"a\nb","email":"a@b.example"}"#, ["name"]),
            (#"{"name":"ok","email":"a@b.example","id":7,"version":1}"#, ["id", "version"]),
        ]
    )
    func namesFields(_ json: String, _ expected: [String]) throws {
        #expect(try fields(json) == expected)
    }

    @Test(
        "Names in any script are taken, trimmed",
        arguments: [
            "Zoë Müller", "李小龍", "Ωμέγα", "محمد علي", "नरेन्द्र", "🦊👨‍👩‍👧", "O'Brien-Smith, Jr.", "ᠮᠣᠩᠭᠣᠯ", "שָׁלוֹם", "x",
        ]
    )
    func takesNames(_ name: String) throws {
        #expect(try Profile(name: " \u{3000}\(name)\u{A0}\n", email: "a@b.example").name == name)
    }

    @Test("A name has at most 255 characters, however they are combined")
    func boundsNames() {
        #expect(throws: Never.self) { try Profile(name: String(repeating: "é", count: 255), email: "a@b.example") }
        #expect(throws: ValidationError.self) {
            try Profile(name: String(repeating: "x", count: 256), email: "a@b.example")
        }
        #expect(throws: ValidationError.self) {
            try Profile(name: "a" + String(repeating: "\u{301}", count: 255), email: "a@b.example")
        }
    }

    @Test(
        "Usual and international addresses are valid",
        arguments: [
            "a@b.example", "first.last+tag@sub.example.co.uk", "o'brien@example.com", "李@例え.jp", "σοφός@παράδειγμα.gr",
            "x@1.2.example", "a_b-c@ex-ample.org", "!#$%&*/=?^_`{|}~@example.com", "иван@пример.рф",
        ]
    )
    func takesEmails(_ email: String) throws {
        #expect(try Profile(name: "n", email: " \(email) ").email == email)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "a", "a@", "@b.example", "a@b", "a@@b.example", "a@b@c.example", "a b@c.example", "a@b .example",
            ".a@b.example", "a.@b.example", "a..b@c.example", "a@.example", "a@b..example", "a@b.example.",
            "a@-b.example",
            "a@b-.example", "a@b_c.example", "\"a\"@b.example", "a@[127.0.0.1]", "a,b@c.example", "a@b.exa\u{0}mple",
            "a\u{202E}b@c.example", "a\u{A0}b@c.example", "a<b>@c.example", "a@b.ex!ample", "a@b/c.example",
        ]
    )
    func refusesEmails(_ email: String) {
        #expect(throws: ValidationError.self) { try Profile(name: "n", email: email) }
    }

    @Test("An address is bounded as a whole and in its parts")
    func boundsEmails() {
        let local = String(repeating: "l", count: 64)
        let label = String(repeating: "d", count: 63)
        #expect(throws: Never.self) { try Profile(name: "n", email: "\(local)@\(label).example") }
        #expect(throws: ValidationError.self) { try Profile(name: "n", email: "\(local)l@b.example") }
        #expect(throws: ValidationError.self) { try Profile(name: "n", email: "a@\(label)d.example") }
        let long = "\(local)@\(label).\(label).\(label)"
        #expect(throws: ValidationError.self) { try Profile(name: "n", email: long) }
    }

    @Test("Attributes may have 32 KiB without white space, and not a byte more")
    func boundsAttributes() throws {
        func attributes(_ count: Int) -> JSONObject {
            JSONObject([.init(key: "k", value: .string(String(repeating: "x", count: count)))])
        }
        let room = 32 * 1_024 - #"{"k":""}"#.utf8.count
        #expect(throws: Never.self) { try Profile(name: "n", email: "a@b.example", attributes: attributes(room)) }
        let error = #expect(throws: ValidationError.self) {
            try Profile(name: "n", email: "a@b.example", attributes: attributes(room + 1))
        }
        #expect(error?.errors.map(\.field) == ["attributes"])
    }

    @Test("NUL and any nesting are kept in attributes")
    func keepsAttributes() throws {
        let text = #"{"nul":"\u0000","deep":[[[{"n":1.00}]]],"é":{}}"#
        let draft = try ProfileDraft("n", "a@b.example", text)
        #expect(String(decoding: draft.profile.attributes.minified, as: UTF8.self) == text)
    }

    @Test("A context is checked: no control characters, no endless reasons")
    func checksContext() {
        var context = ChangeContext.by("admin", reason: String(repeating: "ä", count: 500))
        #expect(ContextRule.errors(context).isEmpty)
        context.reason?.append("x")
        context.actor = ""
        context.requestID = "a\u{0}b"
        context.sourceIP = String(repeating: "1", count: 101)
        #expect(ContextRule.errors(context).map(\.field).sorted() == ["actor", "reason", "request_id", "source_ip"])
    }

    @Test(
        "An actor is what an account may be called: every character is visible",
        arguments: [("zoë", true), ("night job", true), ("a\u{202E}b", false), ("a\u{200B}", false), (" a", false)]
    )
    func checksActors(actor: String, isGood: Bool) {
        #expect(ContextRule.errors(.by(actor, reason: nil)).map(\.field) == (isGood ? [] : ["actor"]))
    }

    @Test("A patch may name only a profile's members")
    func checksPatches() throws {
        for text in [#"{"nick":null}"#, "[]", "null", #"{"id":1}"#] {
            #expect(throws: ProfileError.self) { try ProfilePatch(.text(text)) }
        }
        let profile = try ProfileDraft("n", "a@b.example", #"{"a":{"b":1,"c":2}}"#).profile
        let patched = try ProfilePatch(.text(#"{"name":"m","attributes":{"a":{"b":null}}}"#)).applied(to: profile)
        #expect(patched == (try ProfileDraft("m", "a@b.example", #"{"a":{"c":2}}"#).profile))
        let cleared = try ProfilePatch(.text(#"{"attributes":null}"#)).applied(to: profile)
        #expect(cleared.attributes.isEmpty)
        #expect(throws: ProfileError.self) { try ProfilePatch(.text(#"{"name":null}"#)).applied(to: profile) }
    }
}
