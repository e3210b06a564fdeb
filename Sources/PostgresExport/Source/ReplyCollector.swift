import NIOCore
import NIOHTTP1

/// Collects the one answer of a connection.
final class ReplyCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<ServerReply>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    /// A page of a thousand entries, each of the largest size, is smaller.
    private static let maximumBytes = 512 << 20

    init(_ promise: EventLoopPromise<ServerReply>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
            if body.count > Self.maximumBytes { fail("the answer is too long", context) }
        case .end:
            guard let head else { return fail("the answer has no head", context) }
            promise.succeed(ServerReply(status: Int(head.status.code), headers: head.headers, body: body))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // Does nothing once the answer is there.
        promise.fail(ServerError(.unavailable, "the connection was closed before the answer was whole"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(ServerTLS.refusal(error) ?? ServerError(.unavailable, "\(error)"))
        context.close(promise: nil)
    }

    private func fail(_ message: String, _ context: ChannelHandlerContext) {
        promise.fail(ServerError(.refused, message))
        context.close(promise: nil)
    }
}
