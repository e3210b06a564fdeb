import NIOCore

/// Sends the request for `/health/ready` once the connection is there, and collects the answer up to its end.
final class ReadinessCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// More than any answer to this request has.
    private static let maximumBytes = 64 << 10
    private static let request = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    private let promise: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    /// - Parameter promise: gets what was answered, or why nothing was.
    init(_ promise: EventLoopPromise<[UInt8]>) {
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        if bytes.count >= Self.maximumBytes { finish(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(bytes)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server that closes TLS without saying so has said all the same.
        if bytes.isEmpty { promise.fail(error) }
        finish(context)
    }

    private func finish(_ context: ChannelHandlerContext) {
        promise.succeed(bytes)
        context.close(promise: nil)
    }
}
