import LogStorage
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite("An HTTP/1 connection")
struct HTTP1HandlerTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    /// The scanner leaves a name with a dot to llhttp.
    private static let parsed = "GET /b HTTP/1.1\r\nHost: x\r\nX.Y: 1\r\n\r\n"

    @Test("Requests that come together are answered one after the other, whoever decodes them")
    func pipelining() throws {
        let connection = try TestConnection(TestSession { .now(TestSession.response($0.targetText)) })
        try connection.send(Self.get + Self.get + Self.parsed + Self.get)
        #expect(try connection.responses() == ["/a", "/a", "/b", "/a"])
        try connection.send(String(Self.get.prefix(20)))
        try connection.send(String(Self.get.dropFirst(20)) + Self.parsed)
        #expect(try connection.responses() == ["/a", "/b"])
        _ = try connection.channel.finish()
    }

    @Test("A request waits until the one before is answered")
    func order() throws {
        var completions: [StepCompletion] = []
        let session = TestSession { head in
            head.targetText == "/a" ? .later { completions.append($0) } : .now(TestSession.response("b"))
        }
        let connection = try TestConnection(session)
        try connection.send(Self.get)
        try connection.send(Self.parsed)
        #expect(try connection.responses() == [])
        completions[0]({ .now(TestSession.response("a")) })
        connection.loop.run()
        #expect(try connection.responses() == ["a", "b"])
        _ = try connection.channel.finish()
    }

    /// Holds writes back, as a client does that takes them slowly.
    private final class SlowClient: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var held = CircularBuffer<(data: NIOAny, promise: EventLoopPromise<Void>?)>()
        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            held.append((data, promise))
        }

        /// Takes all that was sent.
        func take() {
            while let (data, promise) = held.popFirst() { context?.writeAndFlush(data, promise: promise) }
        }
    }

    @Test("A large response may take as long as the client takes a part of it in time")
    func slowClient() throws {
        let client = SlowClient()
        let text = String(repeating: "x", count: 5 * (64 << 10) + 1)
        let connection = try TestConnection(TestSession { _ in .now(TestSession.response(text)) }, around: [client])
        try connection.send(Self.get)
        // The head with each of six parts, and the end.
        for _ in 0..<6 {
            connection.loop.advanceTime(by: .seconds(25))
            #expect(connection.channel.isActive)
            client.take()
            connection.loop.run()
        }
        #expect(try connection.responses() == [text])
        _ = try connection.channel.finish()
    }

    @Test("A client that takes nothing of a large response is not waited for")
    func silentClient() throws {
        let text = String(repeating: "x", count: 5 * (64 << 10))
        let session = TestSession { _ in .now(TestSession.response(text)) }
        let connection = try TestConnection(session, around: [SlowClient()])
        try connection.send(Self.get)
        connection.loop.advanceTime(by: .seconds(31))
        #expect(!connection.channel.isActive)
    }

    @Test("A body is not read on before the session asks for it")
    func bodyBackPressure() throws {
        let counter = ReadCounter()
        var completions: [StepCompletion] = []
        let session = TestSession { _ in .later { completions.append($0) } }
        let connection = try TestConnection(session, around: [counter])
        connection.channel.read()
        try connection.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n12")
        let before = counter.reads
        connection.channel.read()
        #expect(counter.reads == before)
        completions[0]({
            .body { result in
                let body = (try? result.get()).flatMap { $0 }
                return .now(TestSession.response(body.map { String(buffer: $0) } ?? "-"))
            }
        })
        connection.loop.run()
        #expect(counter.reads == before + 1)
        try connection.send("34")
        #expect(try connection.responses() == ["1234"])
        _ = try connection.channel.finish()
    }

    @Test("No further request is taken while the client does not read its responses")
    func writability() throws {
        let connection = try TestConnection()
        connection.channel.isWritable = false
        for _ in 0..<3 { try connection.send(Self.get) }
        #expect(try connection.responses() == [])
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        connection.loop.run()
        #expect(try connection.responses() == ["ok", "ok", "ok"])
        _ = try connection.channel.finish()
    }

    @Test("The session learns why a body is not there", arguments: [true, false])
    func bodyFaults(isLate: Bool) throws {
        var faults: [BodyFault] = []
        let session = TestSession { _ in
            .body { result in
                if case .failure(let fault) = result { faults.append(fault) }
                return .now(TestSession.response("no"))
            }
        }
        let connection = try TestConnection(session)
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        try connection.send(head + "2\r\nab\r\n")
        if isLate { connection.loop.advanceTime(by: .seconds(31)) } else { try connection.send("x\r\n") }
        connection.loop.run()
        #expect(faults == [isLate ? .late : .incomplete])
        // Where the next request would begin is not known, so that the connection ends.
        #expect(try connection.sent().contains("\r\nConnection: close\r\n"))
        connection.loop.advanceTime(by: .seconds(3))
        #expect(!connection.channel.isActive)
    }

    @Test("A body of more bytes than the limit is too large, at once")
    func largeBody() throws {
        let session = TestSession { _ in
            .body { .now(TestSession.response($0 == .failure(.tooLarge) ? "large" : "fits", closes: false)) }
        }
        let connection = try TestConnection(session)
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        try connection.send(head + "a\r\n1234567890\r\n0\r\n\r\n" + head + "b\r\n12345678901\r\n")
        #expect(try connection.responses() == ["fits", "large"])
        // The rest is read to get past it.
        try connection.send("0\r\n\r\n" + Self.get)
        #expect(try connection.responses() == ["fits"])
        _ = try connection.channel.finish()
    }

    @Test(
        "What is no request is named and ends the connection",
        arguments: [
            ("GET /Zoë HTTP/1.1\r\nHost: x\r\n\r\n", "the character ë"),
            ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "holds a space"),
            ("patch /a HTTP/1.1\r\nHost: x\r\n\r\n", "send PATCH"), ("M-SEARCH / HTTP/1.1\r\n\r\n", "Host"),
            ("GET / HTTP/1.1\r\n\r\n", "one Host field, not none"),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "not several"),
            ("GET / HTTP/1.1\r\nHost: b/c@d\r\n\r\n", "no host name"),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: z\r\n\r\n", "Content-Length"),
        ]
    )
    func faults(_ request: String, _ reason: String) throws {
        let connection = try TestConnection()
        try connection.send(request)
        let fault = try #require(connection.session.faults.first)
        #expect("\(fault)".contains(reason), "\(fault)")
        #expect(connection.session.targets == [] && connection.session.faults.count == 1)
        connection.loop.advanceTime(by: .seconds(3))
        #expect(!connection.channel.isActive)
    }

    @Test(
        "A request for another protocol is answered, and the connection ends",
        arguments: ["Connection: upgrade\r\nUpgrade: h2c", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket"]
    )
    func upgrade(fields: String) throws {
        let connection = try TestConnection(
            TestSession { .now(TestSession.response("ok", closes: $0.closesConnection)) }
        )
        try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n" + Self.get)
        #expect(try connection.sent().contains("\r\nConnection: close\r\n"))
        #expect(connection.session.targets.count == 1)
        connection.loop.advanceTime(by: .seconds(3))
        #expect(!connection.channel.isActive)
        let plain = try TestConnection(TestSession { .now(TestSession.response("ok", closes: $0.closesConnection)) })
        try plain.send("GET /a HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n" + Self.get)
        #expect(try plain.responses().count == 2, "the field alone asks for nothing")
        _ = try plain.channel.finish()
    }

    @Test("A body is invited when it is wanted, and not by HTTP/1.0", arguments: ["1.1", "1.0"])
    func invitation(version: String) throws {
        let head = "POST /a HTTP/\(version)\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let taking = try TestConnection(TestSession { _ in .body { _ in .now(TestSession.response("taken")) } })
        try taking.send(head)
        #expect(try taking.sent() == (version == "1.1" ? "HTTP/1.1 100 Continue\r\n\r\n" : ""))
        try taking.send("ab")
        #expect(try taking.responses() == ["taken"])
        _ = try? taking.channel.finish()
        let refusing = try TestConnection()
        try refusing.send(head)
        #expect(try !refusing.sent().contains("100 Continue"))
        _ = try? refusing.channel.finish()
    }

    @Test("A transfer coding other than chunked is refused", arguments: ["gzip, chunked", "gzip"])
    func transferCodings(coding: String) throws {
        let connection = try TestConnection()
        try connection.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n")
        #expect(connection.session.targets == [])
        #expect(try !connection.sent().isEmpty)
        connection.loop.advanceTime(by: .seconds(3))
        #expect(!connection.channel.isActive)
    }

    @Test("A head that does not come in time is late, and a silent connection is closed")
    func times() throws {
        let slow = try TestConnection()
        try slow.send("GET /a")
        slow.loop.advanceTime(by: .seconds(11))
        #expect(slow.session.faults == [.late])
        let silent = try TestConnection()
        silent.loop.advanceTime(by: .seconds(61))
        #expect(silent.session.faults == [] && !silent.channel.isActive)
    }

    @Test("What was begun for a client that has gone ends, and nothing is sent")
    func goneClient() throws {
        var completions: [StepCompletion] = []
        let hasEnded = Monitor(false)
        let connection = try TestConnection(TestSession { _ in .later { completions.append($0) } })
        try connection.send(Self.get)
        try connection.channel.close().wait()
        completions[0]({
            hasEnded.withLock { $0 = true }
            return .now(TestSession.response("late"))
        })
        connection.loop.run()
        let isDone = hasEnded.withLock { $0 }
        #expect(isDone)
        #expect(try connection.sent() == "")
    }

    @Test("A stopping server closes a connection behind its response, and an idle one at once")
    func stop() throws {
        var completions: [StepCompletion] = []
        let busy = try TestConnection(TestSession { _ in .later { completions.append($0) } })
        try busy.send(Self.get)
        busy.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        completions[0]({ .now(TestSession.response("last")) })
        busy.loop.run()
        #expect(try busy.sent().contains("Connection: close"))
        let idle = try TestConnection()
        idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        idle.loop.run()
        #expect(!idle.channel.isActive)
    }
}
