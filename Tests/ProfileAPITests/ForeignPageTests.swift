import Testing

@testable import ProfileAPI

@Suite("Requests that pages of other origins cause")
struct ForeignPageTests {
    private static let foreign: [[(String, String)]] = [
        [("Origin", "https://evil.example")], [("Origin", "null")], [("Origin", "http://127.0.0.1:1")],
        [("Origin", "http://localhost")], [("Origin", "evil")], [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")], [("Origin", "http://test"), ("Sec-Fetch-Site", "Cross-Site")],
    ]

    private static let requests = [
        ("POST", "/users"), ("PUT", "/users/1"), ("PATCH", "/users/1"), ("DELETE", "/users/1"),
        ("POST", "/restore/1?version=1"), ("POST", "/admin/checkpoint"), ("GET", "/admin/backup"),
        ("HEAD", "/admin/backup"),
    ]

    @Test("They change nothing and get no backup, whatever login the browser attaches")
    func refused() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            for (method, path) in Self.requests {
                for headers in Self.foreign {
                    for role in [Role.admin, nil] {
                        let reply = try await server.send(method, path, as: role, headers: headers)
                        // Also without a login: the origin is looked at first.
                        #expect(reply.status == 403, "\(method) \(path) \(headers)")
                    }
                }
            }
            #expect(try await server.send("GET", "/users/1").integer("user.version") == 1)
            #expect(try await server.send("GET", "/nowhere", headers: Self.foreign[0]).status == 404)
        }
    }

    @Test("Pages of the server itself, and clients that are no browsers, may do what their login may")
    func allowed() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let json = #"{"name":"Ada","email":"ada@example.com"}"#
            let own: [[(String, String)]] = [
                [], [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")], [("Origin", "http://test")],
                [("Origin", "HTTP://TEST:80")], [("Origin", "https://test:443"), ("Sec-Fetch-Site", "same-origin")],
            ]
            for headers in own {
                let reply = try await server.send("PUT", "/users/1", json: json, headers: headers)
                #expect(reply.status == 200, "\(headers): \(reply)")
            }
            // Reading is allowed: the page cannot see the response.
            #expect(try await server.send("GET", "/users/1", headers: Self.foreign[0]).status == 200)
        }
    }
}
