import LogStorage
import Testing
import UserProfiles

@testable import ProfileAPI

/// What a client meets at each of the limits.
@Suite("Limits") struct LimitTests {
    /// The head of a request whose body is to follow.
    private static func head(bytes: Int) -> [UInt8] {
        TestServer.request(
            "POST",
            "/users",
            headers: [("Content-Type", "application/json"), ("Content-Length", "\(bytes)")]
        )
    }

    @Test("A header that comes in slowly is 408, whether bytes keep coming or not")
    func slowHeader() async throws {
        try await TestServer.run({ $0.headerTimeoutSeconds = 1 }) { server in
            try await Connection.open(port: server.port) { connection in
                // A request before it makes no difference.
                try await connection.send(TestServer.request("GET", "/health"))
                #expect(try await connection.reply().status == 200)
                try await connection.send("GET /users HTTP/1.1\r\nX-Slow: ")
                let reply = try await connection.reply()
                #expect(reply.status == 408)
                #expect(reply.problem == "request-timeout")
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("A body that comes in drop by drop is 408, and its account has its turn back")
    func drippingBody() async throws {
        try await TestServer.run({
            $0.requestTimeoutSeconds = 1
            $0.requestsPerAccount = 1
        }) { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(Self.head(bytes: 1_000))
                for _ in 0..<4 {
                    try await Task.sleep(for: .milliseconds(200))
                    // The answer may be there already.
                    do { try await connection.send(" ") } catch { break }
                }
                #expect(try await connection.reply().status == 408)
                #expect(try await connection.isClosed())
            }
            #expect(try await server.send("GET", "/users").status == 200)
        }
    }

    @Test("An account's requests at the same time are bounded, with 429, and others' are not touched by it")
    func requestsAtOnce() async throws {
        try await TestServer.run({ $0.requestsPerAccount = 1 }) { server in
            let json = #"{"name":"Ada","email":"ada@example.com"}"#
            #expect(try await server.send("GET", "/users").status == 200)
            // Whichever of two requests comes first is taken: again, until it was the one that stays.
            var isDone = false
            for _ in 0..<50 where !isDone {
                isDone = try await Connection.open(port: server.port) { connection in
                    try await connection.send(Self.head(bytes: json.utf8.count))
                    _ = try await server.send("GET", "/users")
                    let reply = try await server.send("GET", "/users")
                    guard reply.status == 429 else { return false }
                    #expect(reply.problem == "too-many-requests")
                    #expect(reply.header("Retry-After") == "1")
                    #expect(try await server.send("GET", "/users", as: .reader).status == 200)
                    #expect(try await server.send("GET", "/health").status == 200)
                    try await connection.send(json)
                    #expect(try await connection.reply().status == 201)
                    #expect(try await server.send("GET", "/users").status == 200)
                    return true
                }
            }
            #expect(isDone)
        }
    }

    @Test("Bodies and headers may have as many bytes as the settings say")
    func bytes() async throws {
        let small: (inout ServerSettings) -> Void = { settings in
            settings.maximumBodyBytes = 2_000
            settings.maximumHeaderBytes = 3_000
        }
        try await TestServer.run(small) { (server: TestServer) async throws -> Void in
            func user(_ bytes: Int) -> String {
                let json = #"{"name":"Ада","email":"ada@example.com"}"#
                return json + String(repeating: " ", count: bytes - json.utf8.count)
            }
            #expect(try await server.send("POST", "/users", json: user(2_001)).status == 413)
            #expect(try await server.send("POST", "/users", json: user(2_000)).status == 201)
            for (bytes, status) in [(3_000, 431), (2_500, 200)] {
                let filler = ("X-Filler", String(repeating: "x", count: bytes))
                #expect(try await server.send("GET", "/users/1", headers: [filler]).status == status)
            }
        }
    }

    @Test("An account's requests a second are bounded when that is wanted")
    func requestsPerSecond() async throws {
        try await TestServer.run({ $0.requestsPerSecondPerAccount = 5 }) { server in
            var statuses: [Int] = []
            try await Connection.open(port: server.port) { connection in
                for _ in 0..<200 { try await connection.send(TestServer.request("GET", "/users")) }
                for _ in 0..<200 { statuses.append(try await connection.reply().status) }
            }
            #expect(Array(statuses.prefix(5)) == [200, 200, 200, 200, 200])
            #expect(Set(statuses) == [200, 429])
            #expect(try await server.send("GET", "/users", as: .reader).status == 200)
        }
    }

    @Test("Pages have as many rows as the setting allows, and the description says so")
    func pageRows() async throws {
        try await TestServer.run({ $0.maximumPageRows = 7 }) { server in
            for number in 0..<9 { try await server.create("N", "n\(number)@example.com") }
            for target in ["/users", "/audit", "/users/1/history"] {
                let separator = target.contains("?") ? "&" : "?"
                let refused = try await server.send("GET", target + separator + "limit=8")
                #expect(refused.status == 422 && refused.refusedFields == ["limit"], "\(target)")
                #expect(refused.text.contains("from 1 to 7"))
                #expect(try await server.send("GET", target + separator + "limit=7").status == 200)
            }
            #expect(try await server.send("GET", "/users").count("users") == 7)
            #expect(try await server.send("GET", "/audit").count("audit_logs") == 7)
            let description = try await server.send("GET", "/openapi.json", as: nil).text
            #expect(description.contains(#""maximum":7"#) && !description.contains(#""maximum":1000"#))
        }
    }

    @Test("Pages of large profiles end early, by the setting, and go on where they ended")
    func pageBytes() async throws {
        try await TestServer.run({ $0.maximumPageBytes = 64 << 10 }) { server in
            let text = String(repeating: "長", count: 8_000)
            for number in 0..<9 {
                let json = #"{"name":"N","email":"n\#(number)@example.com","attributes":{"text":"\#(text)"}}"#
                #expect(try await server.send("POST", "/users", json: json).status == 201)
            }
            for (target, rows) in [("/users", "users"), ("/audit", "audit_logs")] {
                var next: String? = ""
                var counts: [Int] = []
                while let cursor = next {
                    let after = cursor.isEmpty ? "" : "&after=\(cursor)"
                    let reply = try await server.send("GET", "\(target)?limit=1000\(after)")
                    #expect((reply.header("Link") == nil) == (reply.string("next") == nil))
                    counts.append(reply.count(rows) ?? 0)
                    next = reply.string("next")
                }
                #expect(counts == [3, 3, 3], "\(target)")
            }
        }
    }

    @Test("What may wait to be written is what the settings say")
    func commitQueue() async throws {
        let opening: StoreService.Opening = { configuration, logger, progress in
            #expect(configuration.commit.waitingCommands == 17)
            #expect(configuration.commit.waitingBytes == 2 << 20)
            return try ProfileStore.open(configuration, logger: logger, progress: progress)
        }
        let configure: (inout ServerSettings) -> Void = { settings in
            settings.commitQueueRecords = 17
            settings.commitQueueBytes = 2 << 20
        }
        try await TestServer.run(opening: opening, configure) { server in
            let reply = try await server.send("GET", "/users")
            #expect(reply.status == 200)
        }
    }

    /// Which of the idle ones it is depends on the event loops that they are on: each looks at its own.
    @Test("At the limit an idle connection makes room for the next client")
    func connections() async throws {
        try await TestServer.run({ $0.maximumConnections = 3 }) { server in
            try await Connection.open(port: server.port) { first in
                try await first.send(TestServer.request("GET", "/health"))
                #expect(try await first.reply().status == 200)
                let began = ContinuousClock.now
                try await Connection.open(port: server.port) { _ in
                    try await Connection.open(port: server.port) { _ in
                        let reply = try await server.send("GET", "/users")
                        #expect(reply.status == 200)
                    }
                }
                // Not only when one has been idle for a minute.
                #expect(began.duration(to: .now) < .seconds(30))
            }
        }
    }

    @Test("A body that nobody wants is read past, and the connection goes on")
    func unwantedBody() async throws {
        try await TestServer.run { server in
            let piece = [UInt8](repeating: UInt8(ascii: " "), count: 200_000)
            try await Connection.open(port: server.port) { connection in
                var head = TestServer.request(
                    "POST",
                    "/users",
                    as: nil,
                    headers: [("Content-Type", "application/json"), ("Content-Length", "\(piece.count)")]
                )
                head += piece
                try await connection.send(head)
                #expect(try await connection.reply().status == 401)
                try await connection.send(TestServer.request("GET", "/users"))
                #expect(try await connection.reply().status == 200)
            }
        }
    }
}
