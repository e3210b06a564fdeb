import NIOCore
import TestSupport
import Testing

@testable import ProfileAPI

/// Requests that nobody would write by hand: whatever comes, no answer is a 500 and the server goes on.
@Suite struct HostileInputTests {
    private static let seeds: [[UInt8]] = [
        TestServer.request(
            "GET",
            "/users?limit=2&q=%C3%A9&at=2026-01-01T00:00:00%2B01:00",
            headers: [("Accept", "*/*")]
        ),
        TestServer.request(
            "POST",
            "/users",
            json: #"{"name":"Zoë \ud83d\ude00","email":"z@example.com","attributes":{"a":[1,2.5e3,null]}}"#
        ),
        TestServer.request(
            "PATCH",
            "/users/1",
            json: #"{"attributes":{"b":{"c":true}}}"#,
            headers: [("If-Match", "\"1\"")]
        ),
        TestServer.request("POST", "/restore/1?version=1&dry_run=true", headers: [("X-Change-Reason", "warum")]),
        TestServer.request(
            "GET",
            "/audit?order=asc&since=2026-01-01T00:00:00Z",
            headers: [("Accept", "text/csv;q=0.5")]
        ),
        TestServer.request(
            "PUT",
            "/users/1",
            headers: [("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]
        )
            + Array("5\r\n{\"na\"\r\n0\r\n\r\n".utf8),
    ]

    private static let ada = #"{"name":"Ada","email":"ada@example.com"}"#

    private static func mutate(_ seed: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<4)
    func mutatedRequestsNeverBreakTheServer(seed: Int) async throws {
        func impatient(_ settings: inout ServerSettings) {
            // Long enough for an honest request on a busy machine, short enough for the half ones among these.
            settings.requestTimeoutSeconds = 10
            settings.idleTimeoutSeconds = 5
        }
        try await TestServer.run(impatient) { server in
            try await Self.patiently { _ = try await server.send("POST", "/users", json: Self.ada) }
            var generator = SeededGenerator(seed: UInt64(seed))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<250 {
                    let bytes = Self.mutate(Self.seeds[round % Self.seeds.count], &generator)
                    if round >= 32 { try await group.next() }
                    group.addTask { try await Self.expectNoFailure(bytes, server) }
                }
                try await group.waitForAll()
            }
            #expect(try await Self.isAlive(server))
        }
    }

    private static func isAlive(_ server: TestServer) async throws -> Bool {
        try await patiently { try await server.send("GET", "/health", as: nil).status == 200 }
    }

    /// Asks again where an overloaded machine let the short time limits of these tests run out.
    private static func patiently<Value>(_ ask: () async throws -> Value) async throws -> Value {
        for _ in 0..<20 {
            do {
                return try await ask()
            } catch is Connection.Closed {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        return try await ask()
    }

    private static func expectNoFailure(_ bytes: [UInt8], _ server: TestServer) async throws {
        do {
            try await Connection.open(port: server.port) { connection in
                try await connection.send(bytes)
                let reply = try await connection.reply(toHead: bytes.starts(with: Array("HEAD".utf8)))
                #expect(
                    reply.status < 500 || reply.status == 501,
                    "\(String(decoding: bytes, as: UTF8.self)): \(reply)"
                )
                #expect(reply.status < 400 || reply.problem != nil)
            }
        } catch is IOError {
            // So is a reset while the connection is being closed.
        } catch is Connection.Closed {
            // Closing without an answer is fine for what is no request.
        }
    }

    @Test func bytesBeyondASCIIInEveryPlaceOfARequest() async throws {
        try await TestServer.run({ $0.idleTimeoutSeconds = 5 }) { server in
            for byte in [0x00, 0x01, 0x7F, 0x80, 0xA0, 0xC3, 0xE4, 0xF0, 0xFF] as [UInt8] {
                for template in [
                    "GET /us?rs HTTP/1.1\r\nHost: x\r\n\r\n", "GET /users HTTP/1.1\r\nHost: ?\r\n\r\n",
                    "GET /users HTTP/1.1\r\nX-Request-ID: a?b\r\n\r\n", "GET /users HTTP/1.1\r\nA?: b\r\n\r\n",
                    "G?T /users HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://h?/users HTTP/1.1\r\n\r\n",
                    "GET /users HTTP/1.1\r\nAuthorization: Basic ?\r\n\r\n",
                ] {
                    let bytes = template.utf8.map { $0 == UInt8(ascii: "?") ? byte : $0 }
                    try await Self.expectNoFailure(bytes, server)
                }
            }
            #expect(try await Self.isAlive(server))
        }
    }
}
