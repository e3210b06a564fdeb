import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Requests that the scanner decodes")
struct RequestScannerTests {
    private static let scanner: RequestScanner = {
        var limits = TransportLimits.forTests
        limits.headerBytes = 1_000
        return RequestScanner(limits: limits)
    }()
    private static let get = "GET /users/7 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n\r\n"
    private static let put =
        "PUT /users/123456789012345678?at=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n"
        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    private static func variant(_ request: String, _ part: String, with other: String) -> String {
        request.replacing(part, with: other)
    }

    private static func scan(_ text: String) -> RequestScanner.Scanned? {
        scanner.scan(ByteBuffer(string: text))
    }

    @Test("A plain request is decoded, and the bytes behind it are left")
    func plainRequests() throws {
        for rest in ["", "GET /", Self.get] {
            let get = try #require(Self.scan(Self.get + rest))
            #expect(get.head.method == .get && get.head.targetText == "/users/7")
            #expect(get.headBytes == Self.get.utf8.count && get.bodyBytes == 0)
            #expect(get.head.value(of: "authorization") == "Basic eDp5" && get.head.value(of: "host") == "a")
            let put = try #require(Self.scan(Self.put + rest))
            #expect(put.head.method == .put && put.head.targetText == "/users/123456789012345678?at=1")
            #expect(put.headBytes == Self.put.utf8.count - 2 && put.bodyBytes == 2)
        }
    }

    @Test(
        "Header fields of every kind are kept",
        arguments: [
            "User-Agent: curl/7.88.1", "accept: */*", "Accept-Encoding: gzip, br", "Connection: Keep-Alive",
            "X-Request-ID: abc-1", "Host:   a", "X-Unknown: 1", "If-Match: \"1\", W/\"2\"",
        ]
    )
    func fields(_ line: String) throws {
        let text = Self.variant(Self.get, "Host: a", with: line.hasPrefix("Host") ? line : "Host: a\r\n\(line)")
        let head = try #require(Self.scan(text)).head
        let parts = line.split(separator: ":", maxSplits: 1)
        let found = head.allFields.last { $0.name.lowercased() == parts[0].lowercased() }
        #expect(found?.value == String(parts[1].trimmingBlanks()))
    }

    @Test(
        "What is not whole, or not plain HTTP/1.1, is left to llhttp",
        arguments: [
            "", "G", String(get.dropLast()), String(put.dropLast()),
            variant(get, "HTTP/1.1", with: "HTTP/1.0"), variant(get, "HTTP/1.1", with: "HTTP/1.1 "),
            variant(get, "Host: a\r\n", with: ""), variant(get, "Host: a", with: "Host: a\r\nHost: a"),
            variant(get, "Host: a", with: "Host : a"), variant(get, "Host: a", with: "Host: a\r\n b"),
            variant(get, "Host: a", with: "Host: a\u{7F}"), variant(get, "Host: a", with: "Host: ä"),
            variant(get, "Host: a", with: "Host: a b"),
            variant(get, "Host: a", with: "Host: b/c@d"), variant(get, "GET /users", with: "GET users"),
            variant(get, "GET", with: "OPTIONS"), variant(get, "GET", with: "get"),
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
            variant(put, "Content-Length: 2", with: "Content-Length: 3"),
            variant(put, "Host: a", with: "Host: a\r\nExpect: 100-continue"),
            variant(get, "Host: a", with: "Host: " + String(repeating: "a", count: 1_000)),
            variant(get, "Host: a", with: "Host: a" + String(repeating: "\r\nAccept-Language: d", count: 100)),
            " " + get, "\r\n" + get, variant(get, "GET", with: "G(T"), variant(get, "GET /", with: "GET  /"),
        ]
    )
    func otherInput(_ text: String) {
        #expect(Self.scan(text) == nil)
    }

    @Test("Whatever is decoded is the same request for llhttp")
    func agreesWithTheParser() throws {
        var generator = SeededGenerator(seed: 20_261_123)
        var verdicts = [true: 0, false: 0]
        let requests = TestScale.choose(40_000, short: 10_000)
        for _ in 0..<requests {
            var bytes = Array((Bool.random(using: &generator) ? Self.get : Self.put).utf8)
            for _ in 0..<Int.random(in: 0...3, using: &generator) { Self.mutate(&bytes, &generator) }
            let scanned = Self.scanner.scan(ByteBuffer(bytes: bytes))
            let text = String(decoding: bytes, as: UTF8.self)
            verdicts[scanned != nil, default: 0] += 1
            guard let scanned else { continue }
            let end = scanned.headBytes + scanned.bodyBytes
            let parsed = try Self.parse(Array(bytes[..<end]))
            #expect(parsed.requests == 1, "\(text.debugDescription)")
            let head = try #require(parsed.head, "\(text.debugDescription)")
            #expect(head.uri == scanned.head.targetText, "\(text.debugDescription)")
            #expect(head.method.rawValue == scanned.head.method.rawValue, "\(text.debugDescription)")
            let fields = scanned.head.allFields
            #expect(head.headers.map(\.name) == fields.map(\.name), "\(text.debugDescription)")
            #expect(head.headers.map(\.value) == fields.map(\.value), "\(text.debugDescription)")
            #expect(head.headers["host"].count == 1 && head.isKeepAlive, "\(text.debugDescription)")
            #expect(!scanned.head.closesConnection)
            #expect(parsed.body == Array(bytes[scanned.headBytes..<end]), "\(text.debugDescription)")
            // The head that llhttp's parts are made into is the same one, and nothing speaks against it.
            let made = RequestHead(
                scanned.head.method,
                target: head.uri,
                fields: head.headers.lazy.map { ($0.name, $0.value) }
            )
            #expect(made.fault(.forTests, needsHost: true) == nil, "\(text.debugDescription)")
            #expect(!made.closesConnection && made.announcedLength == scanned.head.announcedLength)
        }
        // Otherwise nothing was compared.
        for count in verdicts.values { #expect(count > requests / 20, "\(verdicts)") }
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
