import Foundation
import TestSupport
import Testing

@Suite("HTTP/2 on the wire", .serialized, .blocking)
struct HTTP2Tests {
    /// ENHANCE_YOUR_CALM (RFC 9113, section 7).
    private static let calm = 11

    private let directory: TemporaryDirectory
    private let environment: [String: String]

    init() throws {
        directory = try TemporaryDirectory()
        let pair = try TestAuthority(in: directory.path).issue("server")
        environment = ["TLS_CERTIFICATE_FILE": pair.certificate, "TLS_KEY_FILE": pair.key]
    }

    private func server(_ more: [String: String] = [:]) throws -> ServerProcess {
        try ServerProcess(data: directory.appending("data"), environment: environment.merging(more) { $1 })
    }

    private func isAlive(_ server: ServerProcess) throws -> Bool {
        let wire = try HTTP2Wire(port: server.port)
        let flags = HTTP2Wire.endStream | HTTP2Wire.endHeaders
        try wire.send(HTTP2Wire.frame(HTTP2Wire.headers, flags: flags, stream: 1, HTTP2Wire.request("GET", "/health")))
        return wire.next(HTTP2Wire.data)?.stream == 1
    }

    @Test("The server tells its limits, and refuses what goes beyond a hundred streams")
    func concurrentStreams() throws {
        let server = try server()
        let wire = try HTTP2Wire(port: server.port)
        let settings = try #require(wire.next(HTTP2Wire.settings)).payload
        let pairs = stride(from: 0, to: settings.count, by: 6).map { start in
            [Int(settings[start + 1]), settings[(start + 2)..<(start + 6)].reduce(0) { $0 << 8 | Int($1) }]
        }
        // SETTINGS_MAX_CONCURRENT_STREAMS and SETTINGS_MAX_HEADER_LIST_SIZE.
        #expect(pairs.contains([3, 100]) && pairs.contains([6, 65_536]), "\(pairs)")
        try wire.send(HTTP2Wire.frame(HTTP2Wire.settings, flags: HTTP2Wire.acknowledgement))
        let request = HTTP2Wire.request("POST", "/users", [("content-type", "application/json")])
        for number in 0...100 {
            let stream = UInt32(2 * number + 1)
            try wire.send(HTTP2Wire.frame(HTTP2Wire.headers, flags: HTTP2Wire.endHeaders, stream: stream, request))
        }
        var refused: HTTP2Wire.Frame?
        while refused == nil, let frame = wire.next() {
            if frame.errorCode != nil { refused = frame }
        }
        #expect(refused?.stream == 201 || refused?.type == HTTP2Wire.goAway, "\(String(describing: refused))")
        #expect(try isAlive(server))
        // A stop would wait for the hundred others.
        server.kill()
    }

    @Test("A client that opens and resets streams without end is told to calm down, and the server goes on")
    func rapidReset() throws {
        let server = try server()
        let wire = try HTTP2Wire(port: server.port)
        let flags = HTTP2Wire.endStream | HTTP2Wire.endHeaders
        let request = HTTP2Wire.request("GET", "/users")
        var frames: [UInt8] = []
        for number in 0..<300 {
            let stream = UInt32(2 * number + 1)
            frames += HTTP2Wire.frame(HTTP2Wire.headers, flags: flags, stream: stream, request)
            // CANCEL
            frames += HTTP2Wire.frame(HTTP2Wire.reset, stream: stream, [0, 0, 0, 8])
        }
        try wire.send(frames)
        #expect(wire.next(HTTP2Wire.goAway)?.errorCode == Self.calm)
        #expect(wire.closes())
        #expect(try isAlive(server))
        #expect(server.stop() == 0)
    }

    @Test("A header that goes on and on ends the connection before it is kept")
    func continuationFlood() throws {
        let server = try server()
        let wire = try HTTP2Wire(port: server.port)
        var frames = HTTP2Wire.frame(HTTP2Wire.headers, stream: 1, HTTP2Wire.request("GET", "/users"))
        for number in 0..<50 {
            let field = HTTP2Wire.fields([("x-filler-\(number)", "x")])
            frames += HTTP2Wire.frame(HTTP2Wire.continuation, stream: 1, field)
        }
        try wire.send(frames)
        #expect(wire.next(HTTP2Wire.goAway)?.errorCode == Self.calm)
        #expect(wire.closes())
        #expect(try isAlive(server))
        #expect(server.stop() == 0)
    }

    @Test("A header that goes on and on ends the connection soon, although another stream of it is waited for")
    func continuationFloodBesideAStream() throws {
        let server = try server(["REQUEST_TIMEOUT_SECONDS": "55"])
        let wire = try HTTP2Wire(port: server.port)
        let flood = (0..<50).map { number in
            HTTP2Wire.frame(HTTP2Wire.continuation, stream: 3, HTTP2Wire.fields([("x-\(number)", "x")]))
        }
        let open = HTTP2Wire.request("POST", "/users", [("content-type", "application/json")])
        let endless = HTTP2Wire.request("GET", "/users")
        try wire.send(
            HTTP2Wire.frame(HTTP2Wire.headers, flags: HTTP2Wire.endHeaders, stream: 1, open)
                + HTTP2Wire.frame(HTTP2Wire.headers, stream: 3, endless) + flood.flatMap { $0 }
        )
        #expect(wire.next(HTTP2Wire.goAway)?.errorCode == Self.calm)
        #expect(wire.closes())
        #expect(server.stop() == 0)
    }

    /// What ends a connection with an error, and the frames that a client goes on with.
    static let connectionErrors: [(name: String, bytes: [UInt8])] = [
        ("no preface", Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
        (
            "a header that goes on and on",
            HTTP2Wire.preface + HTTP2Wire.frame(HTTP2Wire.headers, stream: 1, HTTP2Wire.request("GET", "/users"))
                + (0..<9).flatMap { _ in HTTP2Wire.frame(HTTP2Wire.continuation, stream: 1) }
        ),
        ("a frame that is too large", HTTP2Wire.preface + [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1]),
        ("a body without a request", HTTP2Wire.preface + HTTP2Wire.frame(HTTP2Wire.data, stream: 99, [1])),
        (
            "resets without end",
            HTTP2Wire.preface
                + (0..<300).flatMap { number in
                    let stream = UInt32(2 * number + 1)
                    return HTTP2Wire.frame(HTTP2Wire.headers, flags: 5, stream: stream, HTTP2Wire.request("GET", "/"))
                        + HTTP2Wire.frame(HTTP2Wire.reset, stream: stream, [0, 0, 0, 8])
                }
        ),
    ]

    @Test("What a client sends after an error that ends the connection fills no memory", arguments: connectionErrors)
    func bytesAfterAnError(error: (name: String, bytes: [UInt8])) throws {
        let server = try server(["REQUEST_TIMEOUT_SECONDS": "600"])
        // What only once takes memory, such as TLS and the first request, is taken before.
        #expect(try isAlive(server))
        let file = directory.appending("attack")
        var attack = Data(error.bytes)
        let junk = HTTP2Wire.frame(HTTP2Wire.data, stream: 99, [UInt8](repeating: 0, count: 16_000))
        while attack.count < 64 << 20 { attack += junk }
        try attack.write(to: URL(filePath: file))
        let before = try peakMemory(server)
        let client = ["openssl", "s_client", "-quiet", "-alpn", "h2", "-connect", "127.0.0.1:\(server.port)"]
        let ending = try Tool.run(
            "timeout",
            ["--signal=KILL", "60"] + client,
            input: "cat '\(file)'"
        )
        // A GOAWAY with an error has come: its type behind its length, which is 8.
        #expect(ending.output.range(of: Data([0, 0, 8, HTTP2Wire.goAway])) != nil)
        let growth = try peakMemory(server) - before
        #expect(growth < 16 << 10, "after \(error.name) the server took \(growth) KiB")
        #expect(try isAlive(server))
        #expect(server.stop() == 0)
    }

    /// The most memory that the server has had so far, in KiB.
    private func peakMemory(_ server: ServerProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.identifier)/status", encoding: .utf8)
        return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.output.1) })
    }

    @Test("At the limit of connections those make room, too, whose clients do not take their answers")
    func answersNotTaken() throws {
        let server = try server(["MAXIMUM_CONNECTIONS": "4", "REQUEST_TIMEOUT_SECONDS": "600"])
        // SETTINGS_INITIAL_WINDOW_SIZE of nothing.
        let closed = HTTP2Wire.frame(HTTP2Wire.settings, [0, 4, 0, 0, 0, 0])
        let flags = HTTP2Wire.endStream | HTTP2Wire.endHeaders
        let request = HTTP2Wire.request("GET", "/health")
        let wires = try (0..<4).map { _ in
            let wire = try HTTP2Wire(port: server.port)
            try wire.send(closed + HTTP2Wire.frame(HTTP2Wire.headers, flags: flags, stream: 1, request))
            #expect(wire.next(HTTP2Wire.headers)?.stream == 1)
            return wire
        }
        let began = Date()
        #expect(try isAlive(server))
        #expect(Date().timeIntervalSince(began) < 30)
        #expect(wires.count == 4)
        server.kill()
    }

    @Test("A client that makes room for the response late gets it")
    func lateRoom() throws {
        let server = try server()
        let wire = try HTTP2Wire(port: server.port)
        let flags = HTTP2Wire.endStream | HTTP2Wire.endHeaders
        let request = HTTP2Wire.frame(
            HTTP2Wire.headers,
            flags: flags,
            stream: 1,
            HTTP2Wire.request("GET", "/health")
        )
        // SETTINGS_INITIAL_WINDOW_SIZE of nothing.
        try wire.send(HTTP2Wire.frame(HTTP2Wire.settings, [0, 4, 0, 0, 0, 0]) + request)
        #expect(wire.next(HTTP2Wire.headers)?.stream == 1)
        // Longer than the rest of a request is waited for that was answered before its end.
        Thread.sleep(forTimeInterval: 3)
        try wire.send(HTTP2Wire.frame(HTTP2Wire.settings, [0, 4, 0, 0, 0xFF, 0xFF]))
        var frame = wire.next()
        while let passing = frame, passing.stream != 1 { frame = wire.next() }
        #expect(frame?.type == HTTP2Wire.data)
        server.kill()
    }

    @Test("A connection without requests is told to go and closed, although the client says nothing")
    func idle() throws {
        let server = try server(["IDLE_TIMEOUT_SECONDS": "1"])
        let wire = try HTTP2Wire(port: server.port)
        #expect(wire.next(HTTP2Wire.goAway)?.errorCode == 0)
        #expect(wire.closes(without: HTTP2Wire.goAway))
        #expect(server.stop() == 0)
    }

    @Test("A server that is told to stop says GOAWAY, answers the request under way and keeps what it changed")
    func gracefulStop() throws {
        let server = try server()
        let wire = try HTTP2Wire(port: server.port)
        let json = Array(#"{"name":"Last One","email":"last@example.com"}"#.utf8)
        let request = HTTP2Wire.request("POST", "/users", [("content-type", "application/json")])
        try wire.send(HTTP2Wire.frame(HTTP2Wire.headers, flags: HTTP2Wire.endHeaders, stream: 1, request))
        // An answer tells that the server has seen what came before it.
        try wire.send(HTTP2Wire.frame(HTTP2Wire.ping, [1, 2, 3, 4, 5, 6, 7, 8]))
        _ = try #require(wire.next(HTTP2Wire.ping))
        server.send(SIGTERM)
        #expect(wire.next(HTTP2Wire.goAway)?.errorCode == 0)
        let ping = try #require(wire.next(HTTP2Wire.ping))
        try wire.send(HTTP2Wire.frame(HTTP2Wire.ping, flags: HTTP2Wire.acknowledgement, ping.payload))
        try wire.send(HTTP2Wire.frame(HTTP2Wire.data, flags: HTTP2Wire.endStream, stream: 1, json))
        let answer = try #require(wire.next(HTTP2Wire.data))
        #expect(String(decoding: answer.payload, as: UTF8.self).contains(#""email":"last@example.com""#))
        while wire.next() != nil {}
        #expect(server.waitForEnd() == 0)
        let again = try ServerProcess(data: directory.appending("data"))
        #expect(try again.client().send("GET", "/users/1").status == 200)
        #expect(again.stop() == 0)
    }
}
