import Testing

@testable import ProfileAPI

/// "Bad input gets a clear answer, and nothing is lost."
@Suite struct BadInputTests {
    @Test func parametersThatAreNotRightAreNamed() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            for (target, field) in [
                ("/users?limit=0", "limit"), ("/users?limit=100000", "limit"), ("/users?limit=-1", "limit"),
                ("/users?limit=1.5", "limit"), ("/users?limit=", "limit"), ("/users?limit=%D9%A3", "limit"),
                ("/users?limit=99999999999999999999", "limit"), ("/users?limit=1&limit=2", "limit"),
                ("/users?nonsense=1", "nonsense"), ("/users?Limit=1", "Limit"), ("/users?deleted=yes", "deleted"),
                ("/users?sort=age", "sort"), ("/users?q=", "q"), ("/users?at=2026-01-01T00:00:00", "at"),
                ("/users?at=yesterday", "at"), ("/users?at=2026-02-30T00:00:00Z", "at"),
                ("/users?at=2999-01-01T00:00:00Z", "at"), ("/users?updated_since=2026-02-30", "updated_since"),
                ("/users?at=2026-01-01", "at"), ("/users/1?at=2026-01-01", "at"),
                ("/users?after=made-up", "after"), ("/users?after=AAAA", "after"), ("/users?after=", "after"),
                ("/users/0", "id"), ("/users/-1", "id"), ("/users/9223372036854775808", "id"), ("/users/abc", "id"),
                ("/users/1.0", "id"), ("/users/18446744073709551617", "id"), ("/users/%20", "id"),
                ("/users/1?version=0", "version"), ("/users/1?version=x", "version"), ("/users/0/history", "id"),
                ("/users/1/history?after=x", "after"), ("/audit?user_id=0", "user_id"),
                ("/audit?operation=PATCH", "operation"), ("/audit?operation=re%C5%BFtore", "operation"),
                ("/audit?since=2026-12-01T00:00:00Z&until=2026-11-01T00:00:00Z", "since"),
                ("/audit?since=2026-11-30&until=2026-11-28", "since"), ("/audit?guard=no", "guard"),
                ("/audit?since=today", "since"), ("/audit?order=up", "order"), ("/audit?after=zzz", "after"),
                ("/audit/0", "lsn"), ("/audit/x", "lsn"), ("/health?x=1", "x"),
            ] {
                let reply = try await server.send("GET", target)
                #expect(reply.status == 422, "\(target): \(reply.status) \(reply.text)")
                #expect(reply.refusedFields.contains(field), "\(target): \(reply.text)")
            }
            for cursor in ["made-up", "AAAA", "%C3%A9", String(repeating: "A", count: 34)] {
                for target in ["/users", "/users/1/history", "/audit"] {
                    let reply = try await server.send("GET", "\(target)?after=\(cursor)")
                    #expect(reply.problem == "invalid-cursor" && reply.status == 422, "\(target): \(reply.text)")
                    #expect(reply.refusedFields == ["after"])
                }
            }
            let several = try await server.send("GET", "/users?limit=0&sort=x&what=1")
            #expect(several.refusedFields == ["limit", "sort", "what"])
            #expect(try await server.send("GET", "/users/9223372036854775807").status == 404)
        }
    }

    @Test func manyErrorsAreNotAnsweredByManyTimesTheirSize() async throws {
        try await TestServer.run { server in
            let few = (0..<64).map { "x\($0)=1" }.joined(separator: "&")
            #expect(try await server.send("GET", "/health?\(few)", as: nil).refusedFields.count == 64)
            let many = (0..<3_000).map { "x\($0)=1" }.joined(separator: "&")
            let reply = try await server.send("GET", "/health?\(many)", as: nil)
            #expect(reply.status == 400 && reply.problem == "malformed-request")
            #expect(reply.string("detail") == "The query has more than 64 parameters.")
            #expect(reply.body.count < 1_000)
            let members = (0..<20_000).map { #""k\#($0)":1"# }.joined(separator: ",")
            let refused = try await server.send("POST", "/users", json: "{\(members)}")
            #expect(refused.status == 422)
            #expect(refused.refusedFields.count == 100)
            let detail = "20002 values are not valid; errors names the first 100."
            #expect(refused.string("detail") == detail)
        }
    }

    @Test func brokenPathsAre400() async throws {
        try await TestServer.run { server in
            for target in [
                "/users/%00", "/users/%", "/users/%4", "/users/%zz", "/users/%ff", "/users?q=%00", "/users?%",
            ] {
                let reply = try await server.send("GET", target)
                #expect(reply.status == 400, "\(target)")
                #expect(reply.problem == "malformed-request")
            }
        }
    }

    @Test func bodiesThatAreNotRightAreRefusedWithAClearAnswer() async throws {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        let veryDeep = String(repeating: #"{"a":"#, count: 20_000)
        let cases: [(json: String, status: Int, fields: [String])] = [
            ("", 400, []), ("nonsense", 400, []), ("{", 400, []), (#"{"name":"A"} x"#, 400, []), ("{'a':1}", 400, []),
            (#"{"name":"A","name":"B","email":"a@example.com"}"#, 400, []),
            (#"{"name":"\ud800","email":"a@b.c"}"#, 400, []),
            (#"{"name":"a","email":"a@example.com","attributes":\#(deep)}"#, 400, []), (deep, 400, []),
            (veryDeep, 400, []),
            ("{\"name\":\"a\u{0}b\"}", 400, []), (#"{"a":01}"#, 400, []), ("\u{FEFF}{}", 400, []),
            (#"{"a":NaN}"#, 400, []),
            ("null", 422, ["body"]), ("[]", 422, ["body"]), ("\"text\"", 422, ["body"]), ("7", 422, ["body"]),
            ("{}", 422, ["name", "email"]), (#"{"name":1,"email":null}"#, 422, ["name", "email"]),
            (#"{"name":"","email":"a@example.com"}"#, 422, ["name"]),
            (#"{"name":"  ","email":"a@example.com"}"#, 422, ["name"]),
            (#"{"name":"a\u0000b","email":"a@example.com"}"#, 422, ["name"]),
            (#"{"name":"a\nb","email":"a@example.com"}"#, 422, ["name"]),
            (#"{"name":"\#(String(repeating: "n", count: 256))","email":"a@example.com"}"#, 422, ["name"]),
            (#"{"name":"a","email":"not an email"}"#, 422, ["email"]),
            (#"{"name":"a","email":"a@example.com","attributes":[]}"#, 422, ["attributes"]),
            (#"{"name":"a","email":"a@example.com","id":7,"role":"admin"}"#, 422, ["id", "role"]),
            (
                #"{"name":"a","email":"a@example.com","attributes":{"x":"\#(String(repeating: "x", count: 40_000))"}}"#,
                422,
                ["attributes"]
            ),
        ]
        try await TestServer.run { server in
            for (json, status, fields) in cases {
                let reply = try await server.send("POST", "/users", json: json)
                #expect(reply.status == status, "\(json.prefix(60)): \(reply.text)")
                for field in fields {
                    #expect(reply.refusedFields.contains(field), "\(json.prefix(60)): \(reply.text)")
                }
                if status == 400, !json.isEmpty { #expect(reply.problem == "invalid-json") }
            }
            // A patch is held to the same, but needs a user.
            try await server.create("Ada", "ada@example.com")
            for json in ["null", "[]", "\"text\"", "7"] {
                let reply = try await server.send("PATCH", "/users/1", json: json)
                #expect(reply.status == 422 && reply.refusedFields == ["body"], "\(json): \(reply.text)")
                #expect(reply.string("detail")?.hasPrefix("body: must be an object, not ") == true, "\(reply.text)")
            }
            let position = try await server.send("POST", "/users", json: "{\n  \"name\": oops}")
            #expect(position.integer("line") == 2)
            #expect(position.integer("column") == 11)
            #expect(try await server.send("GET", "/audit").count("audit_logs") == 1)
        }
    }

    @Test func bytesThatAreNotUTF8AreRefused() async throws {
        try await TestServer.run { server in
            let body: [UInt8] = Array(#"{"name":""#.utf8) + [0xFF, 0xC0] + Array(#"","email":"a@example.com"}"#.utf8)
            let head = TestServer.request(
                "POST",
                "/users",
                headers: [("Content-Type", "application/json"), ("Content-Length", "\(body.count)")]
            )
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head + body)
                #expect(try await connection.reply().problem == "invalid-json")
            }
        }
    }

    @Test func bodiesOfOtherTypesAre415() async throws {
        try await TestServer.run { server in
            let json = #"{"name":"A","email":"a@example.com"}"#
            for type in [
                "text/plain", "application/xml", "application/x-www-form-urlencoded", "",
                "application/merge-patch+json",
            ] {
                let reply = try await server.send("POST", "/users", json: json, headers: [("Content-Type", type)])
                #expect(reply.status == 415, "\(type)")
                #expect(reply.problem == "unsupported-media-type")
            }
            let good = try await server.send(
                "POST",
                "/users",
                json: json,
                headers: [("Content-Type", "Application/JSON ; charset=UTF-8")]
            )
            #expect(good.status == 201)
        }
    }

    @Test func bodiesThatAreEncodedAre415() async throws {
        try await TestServer.run { server in
            let json = #"{"name":"A","email":"a@example.com"}"#
            for coding in ["gzip", "br", "GZIP, identity", ""] {
                let reply = try await server.send(
                    "POST",
                    "/users",
                    json: json,
                    headers: [("Content-Encoding", coding)]
                )
                #expect(reply.status == 415, "\(coding)")
                #expect(reply.header("Accept-Encoding") == "identity")
            }
            // Also where the endpoint is another one.
            try await server.create("B", "b@example.com")
            for (coding, status) in [("gzip", 415), ("Identity", 200)] {
                let headers = [("Content-Encoding", coding)]
                #expect(try await server.send("PUT", "/users/1", json: json, headers: headers).status == status)
            }
        }
    }

    @Test func reasonsThatCannotBeKeptAreRefused() async throws {
        try await TestServer.run { server in
            let json = #"{"name":"A","email":"a@example.com"}"#
            let long = try await server.send(
                "POST",
                "/users",
                json: json,
                headers: [("X-Change-Reason", String(repeating: "r", count: 501))]
            )
            #expect(long.status == 422)
            let head =
                "POST /users HTTP/1.1\r\nHost: x\r\nAuthorization: \(TestServer.basic("admin"))\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\nX-Change-Reason: gr"
            try await Connection.open(port: server.port) { connection in
                try await connection.send(Array(head.utf8) + [0xFC] + Array("n\r\n\r\n\(json)".utf8))
                let reply = try await connection.reply()
                #expect(reply.status == 422)
                #expect(reply.refusedFields == ["X-Change-Reason"])
            }
        }
    }
}
