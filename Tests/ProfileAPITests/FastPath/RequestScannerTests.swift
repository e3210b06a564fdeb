import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import ProfileAPI

@Suite("Requests for the fast path")
struct RequestScannerTests {
    private static let limits: RequestLimits = {
        var settings = ServerSettings()
        settings.maximumHeaderBytes = 1_000
        settings.maximumBodyBytes = 100
        return RequestLimits(settings)
    }()
    private static let scanner = RequestScanner(limits: limits)
    private static let get = "GET /users/7 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n\r\n"
    private static let put =
        "PUT /users/123456789012345678 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n"
        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    private static func variant(_ request: String, _ part: String, with other: String) -> String {
        request.replacing(part, with: other)
    }

    private static func scan(_ text: String) -> RequestScan {
        Array(text.utf8).withUnsafeBytes { scanner.scan($0) }
    }

    private static func verdict(_ text: String) -> String {
        switch scan(text) {
        case .fast: "fast"
        case .whole: "whole"
        case .other: "other"
        }
    }

    @Test("A plain read is understood")
    func plainRead() throws {
        guard case .fast(let request) = Self.scan(Self.get) else {
            Issue.record("it is not taken")
            return
        }
        #expect(request.method == .get)
        #expect(request.userID == 7)
        #expect(Array(Self.get.utf8)[request.authorization].elementsEqual("Basic eDp5".utf8))
        #expect(request.requestID == nil)
        #expect(request.body.isEmpty)
    }

    @Test("A plain replacement is understood")
    func plainReplacement() throws {
        guard case .fast(let request) = Self.scan(Self.put) else {
            Issue.record("it is not taken")
            return
        }
        #expect(request.method == .put)
        #expect(request.userID == 123_456_789_012_345_678)
        #expect(Array(Self.put.utf8)[request.body].elementsEqual("{}".utf8))
    }

    @Test(
        "Headers that change nothing are passed over",
        arguments: [
            "User-Agent: curl/7.88.1", "accept: */*", "ACCEPT: application/json", "Accept-Encoding: gzip, br",
            "Accept-Language: de", "Connection: Keep-Alive", "X-Request-ID: abc-1", "Host:   a",
        ]
    )
    func harmlessHeader(_ line: String) {
        let text = Self.variant(Self.get, "Host: a", with: line.hasPrefix("Host") ? line : "Host: a\r\n\(line)")
        #expect(Self.verdict(text) == "fast")
    }

    @Test(
        "A whole request that needs more than the fast path is left to the parser",
        arguments: [
            variant(get, "/users/7", with: "/users/07"), variant(get, "/users/7", with: "/users/"),
            variant(get, "/users/7", with: "/users/7/"), variant(get, "/users/7", with: "/users/7?version=1"),
            variant(get, "/users/7", with: "/users/+7"), variant(get, "/users/7", with: "/users/1234567890123456789"),
            variant(get, "/users/7", with: "/"), variant(get, "GET", with: "HEAD"),
            variant(get, "GET", with: "DELETE"),
            variant(get, "Host: a", with: "Host: a\r\nIf-None-Match: \"1\""),
            variant(get, "Host: a", with: "Host: a\r\nAccept: text/csv"),
            variant(get, "Host: a", with: "Host: a\r\nX-Request-ID: a b"),
            variant(get, "Host: a", with: "Host: a\r\nX-Change-Reason: why"),
            variant(get, "Authorization: Basic eDp5\r\n", with: ""),
            variant(get, "Host: a", with: "Host: a\r\nAuthorization: Basic eDp5"),
            variant(get, "Host: a", with: "Host: a\r\nContent-Length: 0"),
            variant(put, "application/json", with: "application/json; charset=utf-8"),
            variant(put, "Content-Type: application/json\r\n", with: ""),
            variant(put, "Content-Length: 2\r\n\r\n{}", with: "Content-Length: 0\r\n\r\n"),
            variant(
                put,
                "Content-Length: 2\r\n\r\n{}",
                with: "Content-Length: 101\r\n\r\n" + String(repeating: " ", count: 101)
            ),
        ]
    )
    func wholeRequest(_ text: String) {
        #expect(Self.verdict(text) == "whole")
    }

    @Test(
        "What is not exactly one request of HTTP/1.1 is left to the parser for good",
        arguments: [
            "", "G", String(get.dropLast()), get + "G", get + get, put + "x", String(put.dropLast()),
            variant(get, "HTTP/1.1", with: "HTTP/1.0"), variant(get, "HTTP/1.1", with: "HTTP/1.1 "),
            variant(get, "Host: a\r\n", with: ""), variant(get, "Host: a", with: "Host: a\r\nHost: a"),
            variant(get, "Host: a", with: "Host : a"), variant(get, "Host: a", with: "Host: a\r\n b"),
            variant(get, "Host: a", with: "Host: a\u{7F}"), variant(get, "Host: a", with: "Host: ä"),
            variant(get, "Host: a", with: "Host: a "),
            variant(get, "Host: a", with: "Host: a\t"), variant(get, "Host: a\r\n", with: "Host: a\n"),
            variant(get, "Host: a", with: "Host: a\r\nTransfer-Encoding: chunked"),
            variant(get, "Host: a", with: "Host: a\r\nUpgrade: h2c"),
            variant(get, "Host: a", with: "Host: a\r\nConnection: close"),
            variant(get, "Host: a", with: "Host: a\r\nConnection: upgrade"),
            variant(put, "Content-Length: 2", with: "Content-Length: 2\r\nContent-Length: 2"),
            variant(put, "Content-Length: 2", with: "Content-Length: +2"),
            variant(put, "Content-Length: 2", with: "Content-Length: 0x2"),
            variant(put, "Content-Length: 2", with: "Content-Length: 2, 2"),
            variant(put, "Content-Length: 2", with: "Content-Length: 1"),
            variant(put, "Content-Length: 2", with: "Content-Length: 3"),
            variant(put, "Host: a", with: "Host: a\r\nExpect: 100-continue"),
            variant(get, "Host: a", with: "Host: " + String(repeating: "a", count: 1_000)),
            variant(get, "Host: a", with: "Host: a" + String(repeating: "\r\nAccept-Language: d", count: 100)),
            " " + get, "\r\n" + get, variant(get, "GET", with: "G(T"), variant(get, "GET /", with: "GET  /"),
        ]
    )
    func otherInput(_ text: String) {
        #expect(Self.verdict(text) == "other")
    }

    @Test("Whatever is taken for one whole request is one for the HTTP parser, too, and the same one")
    func agreesWithTheParser() throws {
        var generator = SeededGenerator(seed: 20_261_123)
        var verdicts = ["fast": 0, "whole": 0, "other": 0]
        for _ in 0..<20_000 {
            var bytes = Array((Bool.random(using: &generator) ? Self.get : Self.put).utf8)
            for _ in 0..<Int.random(in: 0...3, using: &generator) { Self.mutate(&bytes, &generator) }
            let scan = bytes.withUnsafeBytes { Self.scanner.scan($0) }
            let text = String(decoding: bytes, as: UTF8.self)
            verdicts[Self.verdict(text), default: 0] += 1
            if case .other = scan { continue }
            let parsed = try Self.parse(bytes)
            #expect(parsed.requests == 1, "\(text.debugDescription)")
            guard case .fast(let request) = scan else { continue }
            #expect(parsed.head?.uri == "/users/\(request.userID)", "\(text.debugDescription)")
            #expect(parsed.head?.method == (request.method == .get ? .GET : .PUT), "\(text.debugDescription)")
            let authorization = String(decoding: bytes[request.authorization], as: UTF8.self)
            #expect(parsed.head?.headers["authorization"] == [authorization], "\(text.debugDescription)")
            #expect(parsed.head?.headers["host"].count == 1, "\(text.debugDescription)")
            #expect(parsed.head?.isKeepAlive == true, "\(text.debugDescription)")
            #expect(parsed.body == Array(bytes[request.body]), "\(text.debugDescription)")
        }
        // Otherwise nothing was compared.
        for count in verdicts.values { #expect(count > 500, "\(verdicts)") }
    }

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let lines: [String] = [
            "\r\nA: b", "\r\nContent-Length: 2", "\r\nTransfer-Encoding: chunked", "\r\n", " ", ":", "\0", "2",
            "\r\n b",
        ]
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: Array((lines.randomElement(using: &generator) ?? "").utf8), at: place)
        case 3: bytes[place] ^= 0x20
        default:
            // Between two header lines, where it makes another whole request.
            let text = String(decoding: bytes, as: UTF8.self).replacing(
                "Host: a",
                with: "Host: a\r\nA: b",
                maxReplacements: 1
            )
            bytes = Array(text.utf8)
        }
    }

    /// What the parser of the pipeline makes of the bytes.
    private static func parse(_ bytes: [UInt8]) throws -> (requests: Int, head: HTTPRequestHead?, body: [UInt8]) {
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        let channel = EmbeddedChannel(handler: decoder)
        var result: (requests: Int, head: HTTPRequestHead?, body: [UInt8]) = (0, nil, [])
        do { try channel.writeInbound(ByteBuffer(bytes: bytes)) } catch { result.requests = -1_000 }
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head): result.head = head
            case .body(let body): result.body += body.readableBytesView
            case .end: result.requests += 1
            }
        }
        // A decoder that holds a part of another request complains when the input ends.
        do { _ = try channel.finish() } catch { result.requests = -1_000 }
        return result
    }
}
