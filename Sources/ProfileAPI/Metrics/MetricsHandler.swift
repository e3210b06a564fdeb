import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOPosix

/// Answers one request for the page of metrics and closes the connection.
final class MetricsHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// For all that happens on a connection; a scrape takes some milliseconds.
    private static let timeLimit = TimeAmount.seconds(10)
    static let path = "/metrics"

    private let page: MetricsPage
    private var head: HTTPRequestHead?
    private var isAnswered = false
    private var timer: Scheduled<Void>?

    init(page: MetricsPage) {
        self.page = page
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: Self.timeLimit) { bound.value.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        isAnswered = true
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = self.head ?? head
        case .body: break
        case .end: answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isAnswered else { return context.close(promise: nil) }
        isAnswered = true
        let isLarge = error as? HTTPParserError == .headerOverflow
        let status: HTTPResponseStatus = isLarge ? .requestHeaderFieldsTooLarge : .badRequest
        send(status, Array("\(status.reasonPhrase).\n".utf8), .GET, context)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head, !isAnswered else { return }
        isAnswered = true
        let path = head.uri.prefix { $0 != "?" }
        guard path == Self.path else {
            return send(.notFound, Array("There is only \(Self.path) here.\n".utf8), head.method, context)
        }
        guard head.method == .GET || head.method == .HEAD else {
            return send(.methodNotAllowed, Array("Only GET and HEAD are possible here.\n".utf8), head.method, context)
        }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let page = page
        // The threads that answer requests have other work, and may all be waiting for a disk.
        NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { page.bytes() }
            .whenComplete { result in
                let (handler, context) = bound.value
                switch result {
                case .success(let bytes): handler.send(.ok, bytes, head.method, context)
                case .failure: context.close(promise: nil)
                }
            }
    }

    private func send(
        _ status: HTTPResponseStatus,
        _ bytes: [UInt8],
        _ method: HTTPMethod,
        _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders(CommonHeaders.plain.fields)
        headers.add(
            name: "Content-Type",
            value: status == .ok ? PrometheusText.contentType : "text/plain; charset=utf-8"
        )
        headers.add(name: "Content-Length", value: "\(bytes.count)")
        headers.add(name: "Date", value: HTTPDate.text())
        headers.add(name: "Connection", value: "close")
        if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
        let answer = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
