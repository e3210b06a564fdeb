import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPTransport

@Suite("A stream of HTTP/2")
struct HTTP2StreamHandlerTests {
    @Test("A body is not read on before the session asks for it")
    func bodyBackPressure() throws {
        let counter = ReadCounter()
        var completions: [StepCompletion] = []
        let session = TestSession { _ in .later { completions.append($0) } }
        let loop = EmbeddedEventLoop()
        let table = ConnectionTable(limit: 10, grace: .seconds(2), group: loop)
        let connection = HTTP2ConnectionHandler(
            limits: .forTests,
            connection: TrackedConnection(table, loop),
            logger: .quiet
        )
        let stream = EmbeddedChannel(
            handlers: [counter, HTTP2StreamHandler(session, .forTests, connection)],
            loop: loop
        )
        try stream.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        stream.read()
        #expect(counter.reads > 0)
        let head = HTTPRequest(method: .post, scheme: "https", authority: "x", path: "/a")
        try stream.writeInbound(HTTPRequestPart.head(head))
        try stream.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "12")))
        let before = counter.reads
        stream.read()
        #expect(counter.reads == before)
        completions[0]({ .body { _ in .now(TestSession.response("ok")) } })
        loop.run()
        #expect(counter.reads == before + 1)
        try stream.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "34")))
        try stream.writeInbound(HTTPRequestPart.end(nil))
        guard case .head(let response)? = try stream.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("there is no response")
            return
        }
        #expect(response.status == .ok)
        _ = try stream.finish()
    }
}
