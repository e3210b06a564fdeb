import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import NIOPosix
import Testing

@testable import ProfileAPI

@Suite struct RequestHandlerTests {
    /// Counts how often more is wanted of the client.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart
        var reads = 0

        func read(context: ChannelHandlerContext) {
            reads += 1
            context.read()
        }
    }

    private static func responder() -> APIResponder {
        let pool = NIOThreadPool(numberOfThreads: 1)
        let service = APIService(reading: pool, searching: pool, documentation: Documentation(directory: "/nowhere"))
        return APIResponder(
            service: service,
            bodyLimit: 10,
            accountLimits: AccountLimits(atOnce: 1, perSecond: 0),
            headers: .plain,
            logger: TestServer.quietLogger
        )
    }

    @Test func aBodyIsNotReadOnBeforeSomebodyHasLookedAtItsHead() throws {
        let loop = EmbeddedEventLoop()
        let counter = ReadCounter()
        let handler = RequestHandler(responder: Self.responder(), eventLoop: loop)
        let channel = EmbeddedChannel(handlers: [counter, handler], loop: loop)
        channel.read()
        #expect(counter.reads == 1)
        let head = HTTPRequest(method: .post, scheme: "http", authority: "test", path: "/users")
        try channel.writeInbound(HTTPRequestPart.head(head))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "{")))
        let before = counter.reads
        channel.read()
        #expect(counter.reads == before)
        // It is answered with 503, since there is no store, and then the rest is read to get past it.
        loop.run()
        #expect(counter.reads == before + 1)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        _ = try channel.finish()
    }

    @Test func noFurtherRequestIsTakenWhileTheClientDoesNotReadItsAnswers() throws {
        let loop = EmbeddedEventLoop()
        let handler = RequestHandler(responder: Self.responder(), eventLoop: loop)
        let channel = EmbeddedChannel(handler: handler, loop: loop)
        let head = HTTPRequest(method: .get, scheme: "http", authority: "test", path: "/health")
        channel.isWritable = false
        for _ in 0..<3 {
            try channel.writeInbound(HTTPRequestPart.head(head))
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        loop.run()
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        loop.run()
        var answers = 0
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part {
                #expect(head.status == .ok)
                answers += 1
            }
        }
        #expect(answers == 3)
        _ = try channel.finish()
    }
}
