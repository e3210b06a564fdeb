import Testing

@testable import ProfileAPI

/// What clients may do to the connection itself.
@Suite struct ConnectionTests {
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            try await Connection.open(port: server.port) { connection in
                var bytes: [UInt8] = []
                for number in 0..<50 {
                    bytes += TestServer.request(
                        number % 5 == 4 ? "PATCH" : "GET",
                        "/users/1",
                        json: number % 5 == 4 ? #"{"attributes":{"n":\#(number)}}"# : nil,
                        headers: [("X-Request-ID", "n\(number)")]
                    )
                }
                try await connection.send(bytes)
                for number in 0..<50 {
                    let reply = try await connection.reply()
                    #expect(reply.status == 200)
                    #expect(reply.header("X-Request-ID") == "n\(number)")
                }
            }
        }
    }

    @Test func aFloodOfPipelinedRequestsIsAnsweredToTheLast() async throws {
        try await TestServer.run { server in
            try await server.create("Ἀλέξανδρος", "alexandros@example.com")
            try await Connection.open(port: server.port) { connection in
                let count = 5_000
                let request = TestServer.request("GET", "/users/1")
                try await connection.send([[UInt8]](repeating: request, count: count).flatMap { $0 })
                for _ in 0..<count { #expect(try await connection.reply().status == 200) }
            }
        }
    }

    @Test func aClientThatClosesItsSendingSideGetsItsWholeAnswer() async throws {
        try await TestServer.run({ $0.maximumPageBytes = 1 << 30 }) { server in
            let text = String(repeating: "ж", count: 15_000)
            for number in 0..<200 {
                try await server.create("N\(number)", "n\(number)@example.com", attributes: #"{"t":"\#(text)"}"#)
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.request("GET", "/users?limit=200"))
                connection.finishSending()
                let reply = try await connection.reply()
                #expect(reply.status == 200)
                #expect(reply.body.count > 6_000_000)
                #expect(try await connection.isClosed())
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    TestServer.request("GET", "/users?limit=200", headers: [("Connection", "close")])
                )
                connection.finishSending()
                #expect(try await connection.reply().body.count > 6_000_000)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func aBodyThatBreaksOffIs400AndTheConnectionIsClosed() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    TestServer.request(
                        "POST",
                        "/users",
                        headers: [("Content-Type", "application/json"), ("Content-Length", "100")]
                    )
                )
                try await connection.send(#"{"name":"Ада","email":"#)
                connection.finishSending()
                #expect(try await connection.reply().status == 400)
                #expect(try await connection.isClosed())
            }
            #expect(try await server.send("GET", "/users").status == 200)
        }
    }

    @Test func requestsMayComeByteForByte() async throws {
        try await TestServer.run { server in
            let bytes = TestServer.request("POST", "/users", json: #"{"name":"Jürgen","email":"j@example.com"}"#)
            try await Connection.open(port: server.port) { connection in
                for byte in bytes { try await connection.send([byte]) }
                #expect(try await connection.reply().string("user.name") == "Jürgen")
            }
        }
    }

    @Test func chunkedBodiesAreRead() async throws {
        try await TestServer.run { server in
            let head = TestServer.request(
                "POST",
                "/users",
                headers: [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
            )
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head)
                for piece in [#"{"name":"A","#, #""email":"a@"#, #"example.com"}"#] {
                    try await connection.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
                }
                try await connection.send("0\r\n\r\n")
                #expect(try await connection.reply().status == 201)
                try await connection.send(TestServer.request("GET", "/users/1"))
                #expect(try await connection.reply().status == 200)
            }
        }
    }

    @Test func bodiesThatAreTooLargeAre413WithAndWithoutALength() async throws {
        try await TestServer.run { server in
            let piece = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
            for isChunked in [false, true] {
                let length = isChunked ? ("Transfer-Encoding", "chunked") : ("Content-Length", "\(10 << 20)")
                let head = TestServer.request(
                    "POST",
                    "/users",
                    headers: [("Content-Type", "application/json"), length]
                )
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(head)
                    for _ in 0..<160 {
                        let framed = isChunked ? Array("10000\r\n".utf8) + piece + Array("\r\n".utf8) : piece
                        do { try await connection.send(framed) } catch { break }
                    }
                    let reply = try await connection.reply()
                    #expect(reply.status == 413)
                    #expect(reply.problem == "content-too-large")
                }
            }
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    @Test func aBodyIsInvitedOnlyWhenItWillBeTaken() async throws {
        try await TestServer.run { server in
            let json = #"{"name":"A","email":"a@example.com"}"#
            func head(_ length: Int) -> [UInt8] {
                TestServer.request(
                    "POST",
                    "/users",
                    headers: [
                        ("Content-Type", "application/json"), ("Content-Length", "\(length)"),
                        ("Expect", "100-continue"),
                    ]
                )
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head(json.utf8.count))
                #expect(try await connection.anyReply().status == 100)
                try await connection.send(json)
                #expect(try await connection.anyReply().status == 201)
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head(10 << 20))
                #expect(try await connection.anyReply().status == 413)
            }
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /users HTTP/1.1\r\nHost: t\r\nA b: c\r\n\r\n",
        "GET /users HTTP/1.1\r\nHost: t\r\nX: a\u{0}b\r\n\r\n",
        "POST /users HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
        "POST /users HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}",
        "GET /\u{1} HTTP/1.1\r\nHost: t\r\n\r\n", "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", "GET /health HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
    ])
    func brokenHTTPIsAProblemAndTheServerGoesOn(text: String) async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(text)
                let reply = try await connection.reply()
                #expect(reply.status == 400)
                #expect(reply.problem == "malformed-request")
                #expect(reply.header("Connection") == "close")
                #expect(try await connection.isClosed())
            }
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    @Test func anOldClientIsAnsweredAndItsConnectionEndsUnlessItAsksToKeepIt() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                for _ in 0..<2 {
                    try await connection.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    #expect(try await connection.reply().status == 200)
                }
                try await connection.send("GET /health HTTP/1.0\r\n\r\n")
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func brokenHTTPBehindGoodRequestsLeavesTheirAnswersAlone() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                let good = TestServer.request("GET", "/users")
                try await connection.send(good + good + Array("broken\r\n\r\n".utf8))
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.reply().status == 400)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func aBrokenChunkIs400() async throws {
        try await TestServer.run { server in
            let head = TestServer.request(
                "POST",
                "/users",
                headers: [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
            )
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head + Array("zz\r\n".utf8))
                #expect(try await connection.reply().status == 400)
            }
        }
    }

    @Test func headersThatAreTooLargeAre431() async throws {
        try await TestServer.run { server in
            let reply = try await server.send(
                "GET",
                "/users",
                headers: [("X-Filler", String(repeating: "x", count: 100_000))]
            )
            #expect(reply.status == 431)
            #expect(reply.problem == "headers-too-large")
        }
    }

    @Test func aRequestThatNeverEndsIsEnded() async throws {
        try await TestServer.run({ $0.requestTimeoutSeconds = 1 }) { server in
            let head = TestServer.request(
                "POST",
                "/users",
                headers: [("Content-Type", "application/json"), ("Content-Length", "100")]
            )
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head + Array("{".utf8))
                let reply = try await connection.reply()
                #expect(reply.status == 408)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        try await TestServer.run({ $0.idleTimeoutSeconds = 1 }) { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send("GET /hea")
                #expect(try await connection.isClosed(orHasBeen: true))
            }
        }
    }

    @Test func moreConnectionsThanAllowedWaitTheirTurn() async throws {
        try await TestServer.run({
            $0.maximumConnections = 4
            $0.graceSeconds = 600
        }) { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { try await server.send("GET", "/users").status } }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test func aConnectionThatAsksToBeClosedIs() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.request("GET", "/health", headers: [("Connection", "Close")]))
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.isClosed())
            }
        }
    }
}
