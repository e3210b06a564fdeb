import TestSupport
import Testing

@testable import ProfileAPI

@Suite("Requests that different decoders take")
struct DecodingTests {
    private static let profile = #"{"name":"Zoë","email":"zoe@example.com","attributes":{"n":1.50,"t":"\u0001\"/"}}"#

    /// A header field that the scanner leaves to llhttp, since its name has a dot.
    private static let odd = ("X.Odd", "1")

    /// A request that the scanner takes, and the same one for llhttp.
    private static func both(
        _ method: String,
        _ target: String,
        as role: Role,
        json: String? = nil
    ) -> (scanned: [UInt8], parsed: [UInt8]) {
        let name = ("X-Request-ID", "equal-1")
        return (
            TestServer.request(method, target, as: role, json: json, headers: [name]),
            TestServer.request(method, target, as: role, json: json, headers: [name, odd])
        )
    }

    /// All of an answer but what may differ between two requests: dates, versions, numbers of records.
    private static func comparable(_ reply: Reply) -> String {
        let head = "\(reply.status)\n" + reply.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        var text = head + "\n\n" + reply.text
        text = text.replacing(#/\d{4}-\d\d-\d\dT[\d:.]+Z/#, with: "TIME")
        text = text.replacing(#/Date: [^\n]+/#, with: "Date: DATE")
        return text.replacing(#/ETag: "\d+"/#, with: "ETag: TAG").replacing(#/"version":\d+/#, with: "VERSION")
            .replacing(#/"current_version":\d+/#, with: "VERSION")
    }

    @Test(
        "Responses are the same to the byte whoever decodes the request",
        arguments: [
            ("GET", "/users/1", Role.reader, nil), ("GET", "/users/1", .admin, nil), ("GET", "/users/2", .admin, nil),
            ("GET", "/users/3", .admin, nil), ("GET", "/users/999", .auditor, nil),
            ("PUT", "/users/1", .editor, profile),
            ("PUT", "/users/1", .reader, profile), ("PUT", "/users/2", .admin, profile),
            ("PUT", "/users/3", .admin, profile), ("PUT", "/users/999", .admin, profile),
            ("PUT", "/users/4", .admin, profile), ("PUT", "/users/1", .admin, "{"),
            ("PUT", "/users/1", .admin, #"{"name":"","email":"x"}"#), ("PUT", "/users/1", .admin, "[]"),
        ]
    )
    func equalAnswers(_ method: String, _ target: String, _ role: Role, _ json: String?) async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com", attributes: #"{"a":{"b":[1,null,"ü"]}}"#)
            try await server.create("Bo", "bo@example.com")
            try await server.create("Cy", "cy@example.com")
            try await server.create("Di", "di@example.com")
            #expect(try await server.send("DELETE", "/users/3").status == 200)
            let (scanned, parsed) = Self.both(method, target, as: role, json: json)
            try await Connection.open(port: server.port) { connection in
                try await connection.send(scanned)
                let first = try await connection.reply()
                try await connection.send(parsed)
                let second = try await connection.reply()
                #expect(Self.comparable(first) == Self.comparable(second))
            }
        }
    }

    @Test("A replacement leaves the same record whoever decodes it")
    func equalRecords() async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com")
            let (scanned, parsed) = Self.both("PUT", "/users/1", as: .editor, json: Self.profile)
            try await Connection.open(port: server.port) { connection in
                for request in [scanned, parsed] {
                    try await connection.send(request)
                    #expect(try await connection.reply().status == 200)
                }
            }
            let audit = try await server.send("GET", "/audit?user_id=1&operation=UPDATE")
            let entries = try #require(audit.text.firstRange(of: #""audit_logs":["#))
            let parts = audit.text[entries.upperBound...].split(separator: #"},{"id""#)
            #expect(parts.count == 2)
            for field in [
                #""actor":"editor""#, #""request_id":"equal-1""#, #""source_ip":"127.0.0.1""#, #""reason":null"#,
            ] {
                #expect(parts.allSatisfy { $0.contains(field) }, "\(field) in \(audit.text)")
            }
        }
    }

    @Test("Requests that do not wait for answers are answered in their order, whoever decodes them")
    func order() async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com")
            var generator = SeededGenerator(seed: 7)
            for together in [1, 3] {
                try await Connection.open(port: server.port) { connection in
                    var names: [String] = []
                    for part in 0..<40 {
                        var bytes: [UInt8] = []
                        for number in 0..<Int.random(in: 1...together, using: &generator) {
                            names.append("r-\(part)-\(number)")
                            let isChange = Bool.random(using: &generator)
                            var headers = [("X-Request-ID", names[names.count - 1])]
                            if Bool.random(using: &generator) { headers.append(Self.odd) }
                            bytes += TestServer.request(
                                isChange ? "PUT" : "GET",
                                "/users/1",
                                json: isChange ? Self.profile : nil,
                                headers: headers
                            )
                        }
                        try await connection.send(bytes)
                    }
                    for name in names {
                        let reply = try await connection.reply()
                        #expect(reply.status == 200)
                        #expect(reply.header("X-Request-ID") == name)
                    }
                }
            }
        }
    }

    @Test("A client that closes its sending side behind a replacement gets its answer")
    func halfClosed() async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com")
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.request("GET", "/users/1"))
                #expect(try await connection.reply().status == 200)
                try await connection.send(TestServer.request("PUT", "/users/1", json: Self.profile))
                connection.finishSending()
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.isClosed())
            }
        }
    }

    /// Sends more than the system takes answers to without being read; each request by itself.
    private static func sendUnread(
        _ server: TestServer,
        _ connection: Connection,
        _ count: Int
    ) async throws {
        for number in 0..<count {
            // Some for llhttp, which then has the connection.
            let headers = number % 7 == 6 ? [Self.odd] : []
            try await connection.send(
                TestServer.request("GET", "/users/1", headers: headers + [("X-Request-ID", "r-\(number)")])
            )
            try await Task.sleep(for: .milliseconds(4))
        }
    }

    private static let large = #"{"t":""# + String(repeating: "x", count: 30_000) + #""}"#

    @Test("A client that reads late gets every answer, though it has closed its sending side long before")
    func unreadAnswers() async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com", attributes: Self.large)
            try await Connection.open(port: server.port) { connection in
                try await Self.sendUnread(server, connection, 250)
                connection.finishSending()
                for number in 0..<250 {
                    let reply = try await connection.reply()
                    #expect(reply.status == 200 && reply.header("X-Request-ID") == "r-\(number)")
                }
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("Requests that wait for a client to read its answers are not late")
    func waitingRequests() async throws {
        try await TestServer.run({ $0.headerTimeoutSeconds = 1 }) { server in
            try await server.create("Zoë", "zoe@example.com", attributes: Self.large)
            try await Connection.open(port: server.port) { connection in
                try await Self.sendUnread(server, connection, 250)
                try await Task.sleep(for: .seconds(2))
                for _ in 0..<250 { #expect(try await connection.reply().status == 200) }
            }
        }
    }

    @Test("Credentials that are no longer good are refused on an open connection")
    func wrongCredentials() async throws {
        try await TestServer.run { server in
            try await server.create("Zoë", "zoe@example.com")
            try await Connection.open(port: server.port) { connection in
                for password in [TestServer.password, "wrong", TestServer.password] {
                    let bytes = TestServer.request(
                        "GET",
                        "/users/1",
                        as: nil,
                        headers: [("Authorization", TestServer.basic("admin", password))]
                    )
                    try await connection.send(bytes)
                    #expect(try await connection.reply().status == (password == "wrong" ? 401 : 200))
                }
            }
        }
    }
}
