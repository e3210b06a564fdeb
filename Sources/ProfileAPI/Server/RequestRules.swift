import NIOCore
import NIOHTTP1

/// Holds requests to the rules of their HTTP version that the parser leaves to its user.
///
/// A request of HTTP/1.1 without `Host`, or any request with two, is refused (RFC 9112, section 3.2). A connection of
/// HTTP/1.0 ends with its answer unless the client asks to keep it (section 9.3).
final class RequestRules: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isBroken { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let hosts = head.headers["host"].count
        guard hosts == 1 || (hosts == 0 && head.version == .http1_0) else {
            isBroken = true
            return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        }
        guard head.version == .http1_0, !head.isKeepAlive else { return context.fireChannelRead(data) }
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
