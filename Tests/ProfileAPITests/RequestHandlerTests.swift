import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import NIOPosix
import Testing

@testable import ProfileAPI

@Suite struct RequestHandlerTests {
    @Test func noFurtherRequestIsTakenWhileTheClientDoesNotReadItsAnswers() throws {
        let pool = NIOThreadPool(numberOfThreads: 1)
        let service = APIService(reading: pool, searching: pool, documentation: Documentation(directory: "/nowhere"))
        let responder = APIResponder(
            service: service,
            bodyLimit: 10,
            accountLimits: AccountLimits(atOnce: 1, perSecond: 0),
            headers: .plain,
            logger: TestServer.quietLogger
        )
        let loop = EmbeddedEventLoop()
        let channel = EmbeddedChannel(handler: RequestHandler(responder: responder, eventLoop: loop), loop: loop)
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
