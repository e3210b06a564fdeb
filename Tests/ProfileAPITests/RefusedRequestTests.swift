import Testing

@testable import ProfileAPI

/// Requests that were once answered as if they were something else.
@Suite("Requests that must be refused")
struct RefusedRequestTests {
    @Test(
        "A Content-Length beyond every integer is too large, not absent",
        arguments: ["9223372036854775807", "9223372036854775808", "18446744073709551615"]
    )
    func hugeContentLength(length: String) async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let reply = try await Connection.open(port: server.port) { connection in
                var request = String(decoding: TestServer.request("POST", "/restore/1?version=1"), as: UTF8.self)
                // "\r\n" is one character.
                request = String(request.dropLast())
                request += "Content-Type: application/json\r\nContent-Length: \(length)\r\n\r\n{\"email\":\"x\"}"
                try await connection.send(request)
                return try await connection.reply()
            }
            #expect(reply.status == 413)
            #expect(reply.header("Connection")?.lowercased() == "close")
            #expect(try await server.send("GET", "/users/1").integer("user.version") == 1)
        }
    }

    @Test("If-None-Match keeps a change from a user who exists, or who has one of the versions")
    func ifNoneMatch() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let json = #"{"name":"Ada L","email":"ada@example.com"}"#
            for tags in ["*", "\"1\"", "\"7\", W/\"1\""] {
                let reply = try await server.send("PUT", "/users/1", json: json, headers: [("If-None-Match", tags)])
                #expect(reply.status == 412, "\(tags)")
                #expect(reply.problem == "precondition-failed")
            }
            let reply = try await server.send("PUT", "/users/1", json: json, headers: [("If-None-Match", "\"7\"")])
            #expect(reply.status == 200)
        }
    }

    @Test("Two logins in one request are none, whatever they are, and nobody is told that one of them is malformed")
    func twoLogins() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let basic = ("Authorization", TestServer.basic("admin"))
            let bearer = ("Authorization", "Bearer \(TestServer.tokens[.admin] ?? "")")
            let pairs = [[basic, basic], [bearer, bearer], [basic, bearer], [bearer, basic]]
            for headers in Array(repeating: pairs, count: 10).joined() {
                let reply = try await server.send("GET", "/users/1", as: nil, headers: headers)
                #expect(reply.status == 401 && reply.problem == "unauthorized")
                #expect(reply.string("detail") == "The Authorization header is given more than once.")
                #expect(reply.headers.filter { $0.name == "WWW-Authenticate" }.count == 2)
            }
            // That is no guess: it costs none of the tries that an address has.
            #expect(try await server.send("GET", "/users/1", as: .reader).status == 200)
        }
    }

    @Test(
        "What cannot be seen is no name and no part of an email",
        arguments: [
            (#"\u200b"#, "a@example.com", "name"), (#"\u00ad \u2060"#, "a@example.com", "name"),
            ("Ada", #"a\u200b@example.com"#, "email"), ("Ada", #"a@exam\u00adple.com"#, "email"),
        ]
    )
    func invisible(name: String, email: String, field: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.send("POST", "/users", json: #"{"name":"\#(name)","email":"\#(email)"}"#)
            #expect(reply.status == 422)
            #expect(reply.refusedFields == [field])
            let family = #"{"name":"👩‍👩‍👧 می‌خواهم","email":"ok@example.com"}"#
            #expect(try await server.send("POST", "/users", json: family).status == 201)
        }
    }
}
