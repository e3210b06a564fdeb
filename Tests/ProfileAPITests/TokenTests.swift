import LogStorage
import Testing

@testable import ProfileAPI

@Suite("Tokens")
struct TokenTests {
    @Test("A token is recognizable, random, and notices a wrong or missing character")
    func text() throws {
        let texts = (0..<100).map { _ in TokenText.random() }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.hasPrefix("upat_") && text.count == 63)
            #expect(TokenText.isWellFormed(text))
            #expect(!TokenText.isWellFormed(String(text.dropLast())))
            #expect(!TokenText.isWellFormed(text + "0"))
        }
        let text = Array(texts[0])
        for index in text.indices {
            var wrong = text
            wrong[index] = wrong[index] == "0" ? "1" : "0"
            #expect(!TokenText.isWellFormed(String(wrong)))
        }
        // 256 bits: 50 digits of 5, one of a single bit, one of 5.
        for index in 5..<57 { #expect(Set(texts.map { Array($0)[index] }).count >= (index == 55 ? 2 : 10)) }
    }

    @Test("What is kept of a token is what sha256sum prints")
    func digest() {
        // FIPS 180-2, appendix B.1.
        let hexadecimal = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let digest = TokenDigest(of: "abc")
        #expect(digest.hexadecimal == hexadecimal)
        #expect(TokenDigest(hexadecimal: hexadecimal.uppercased()) == digest)
        for text in ["", "ba78", hexadecimal + "00", "x" + hexadecimal.dropFirst(), "é" + hexadecimal.dropFirst(2)] {
            #expect(TokenDigest(hexadecimal: text) == nil)
        }
    }

    @Test("An expiry is a number of days or hours, a time in the future, or never")
    func expiry() throws {
        let now = try LogTimestamp(rfc3339: "2026-11-23T12:00:00Z")
        for (text, expected) in [
            ("90d", "2027-02-21T12:00:00.000000Z"), ("1h", "2026-11-23T13:00:00.000000Z"),
            ("2026-11-23T13:00:01+01:00", "2026-11-23T12:00:01.000000Z"), ("36500d", "2126-10-30T12:00:00.000000Z"),
        ] {
            #expect(try TokenExpiry.instant(text, now: now)?.rfc3339 == expected)
        }
        #expect(try TokenExpiry.instant("never", now: now) == nil)
        for text in ["", "d", "0d", "-1d", "90", "90 d", "36501d", "٣d", "2026-11-23T12:00:00Z", "2026-11-23", "Never"]
        {
            let error = #expect(throws: AccountError.self) { try TokenExpiry.instant(text, now: now) }
            #expect(error?.message.contains("--expires") == true)
        }
    }

    @Test("A token is refused from the instant on at which it expires")
    func expired() throws {
        let token = try APIToken(
            name: "ci",
            role: .reader,
            digest: TokenDigest(of: ""),
            created: nil,
            expires: LogTimestamp(microseconds: 5)
        )
        #expect(!token.isExpired(at: LogTimestamp(microseconds: 4)))
        #expect(token.isExpired(at: LogTimestamp(microseconds: 5)))
    }

    @Test("What a token does stands in the history under its name, and nothing of it in the answer")
    func actor() async throws {
        try await TestServer.run { server in
            let token = try #require(TestServer.tokens[.editor])
            let created = try await server.send(
                "POST",
                "/users",
                as: nil,
                json: #"{"name":"Ada","email":"ada@example.com"}"#,
                headers: [("Authorization", "Bearer \(token)")]
            )
            #expect(created.status == 201)
            let audit = try await server.send("GET", "/audit?actor=editor-token")
            #expect(audit.string("audit_logs.0.actor") == "editor-token")
            #expect(!audit.text.contains(token))
        }
    }
}
