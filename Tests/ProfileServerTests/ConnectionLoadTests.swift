import Foundation
import TestSupport
import Testing

@Suite("Many connections", .serialized, .blocking)
struct ConnectionLoadTests {
    /// What the server may take for each idle connection, in KiB: twice the 9.3 that were measured.
    private static let memoryPerConnection = 20

    /// The most connections that a test of this machine may have.
    private static func possibleConnections() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // The server has as many, and needs some for itself.
        return min(10_000, Int(clamping: limit.rlim_cur) - 1_000)
    }

    /// Resident memory of the server in KiB.
    private static func memory(_ server: ServerProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.identifier)/status", encoding: .utf8)
        return try #require(status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.output.1) })
    }

    @Test(
        "Ten thousand idle connections and a hundred slow writers stop nobody, cost little, and the slow ones are ended"
    )
    func idleAndSlow() throws {
        let count = Self.possibleConnections()
        try #require(count >= 2_000, "too few files may be open for this test: \(count)")
        if count < 10_000 { print("only \(count) connections: the system allows no more open files") }
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["HEADER_TIMEOUT_SECONDS": "3", "REQUEST_TIMEOUT_SECONDS": "4"]
        )
        let early = try server.client()
        #expect(try early.send("POST", "/users", #"{"name":"Ζωή","email":"z@example.com"}"#).status == 201)
        let before = try Self.memory(server)
        let idle = try (0..<count).map { try RawConnection(port: server.port, source: 2 + UInt32($0 % 4)) }
        let slow = try (0..<100).map { _ in try RawConnection(port: server.port) }
        // Half of them are slow with the header, half with the body.
        let head = String(decoding: early.request("POST", "/users"), as: UTF8.self)
        let body = "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        for (number, writer) in slow.enumerated() {
            writer.send(number % 2 == 0 ? "GET /users HTTP/1.1\r\nX-Slow: " : String(head.dropLast()) + body)
        }
        // Connections are taken in their order, so all of them are there when this one is answered.
        #expect(try server.client().send("GET", "/health").status == 200)
        let end = Date().addingTimeInterval(3)
        var slowest = 0.0
        var requests = 0
        while Date() < end {
            for writer in slow { writer.send(" ") }
            let client = requests % 2 == 0 ? early : try server.client()
            let began = Date()
            #expect(try client.send("GET", "/users/1").status == 200)
            #expect(try client.send("PATCH", "/users/1", #"{"name":"Zoe \#(requests)"}"#).status == 200)
            slowest = max(slowest, Date().timeIntervalSince(began))
            requests += 1
        }
        #expect(slowest < 2, "of \(requests) pairs of requests the slowest took \(slowest) s")
        let growth = try Self.memory(server) - before
        #expect(growth < Self.memoryPerConnection * count, "\(count) connections took \(growth) KiB")
        for writer in slow {
            let answer = writer.receive(seconds: 10)
            #expect(answer?.hasPrefix("HTTP/1.1 408") == true || answer == "", "\(answer ?? "still open")")
        }
        // Those who are only idle are still there.
        for connection in idle.suffix(20) {
            connection.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(connection.receive(seconds: 10)?.hasPrefix("HTTP/1.1 200") == true)
        }
        server.kill()
    }

    @Test("At the limit the connections make room that have waited longest for their clients, and nobody is refused")
    func atTheLimit() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["MAXIMUM_CONNECTIONS": "50", "HEADER_TIMEOUT_SECONDS": "60"]
        )
        // One that says nothing and one that says little are the same.
        let old = try (0..<49).map { number in
            let connection = try RawConnection(port: server.port)
            if number % 2 == 0 { connection.send("GET /hea") }
            return connection
        }
        var clients: [HTTPClient] = []
        for _ in 0..<10 {
            let client = try server.client()
            clients.append(client)
            let began = Date()
            #expect(try client.send("GET", "/users").status == 200)
            #expect(Date().timeIntervalSince(began) < 10)
        }
        for client in clients.suffix(5) { #expect(try client.send("GET", "/users").status == 200, "the newest stay") }
        #expect(old.first?.receive(seconds: 10) == "")
        #expect(server.stop() == 0)
    }
}
