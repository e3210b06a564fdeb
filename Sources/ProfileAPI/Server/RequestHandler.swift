import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers the requests of one connection, one after the other, on its event loop.
///
/// It is the last handler of the pipeline, where Hummingbird would put a `NIOAsyncChannel`. Without that channel's queues,
/// which are for tasks on other threads, reads were measured to be a third more a second, and updates a sixth.
final class RequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Bytes of an answer that the client is sure to have room for: what NIO takes before a channel is not writable.
    static let smallAnswer = 64 << 10

    private let responder: APIResponder
    private let executor: EventLoopExecutor
    /// The body of the request that is being read or answered.
    private var body: RequestBody?
    private var isAnswered = false
    /// What came of the requests behind that one.
    private var waiting = CircularBuffer<HTTPRequestPart>()
    private var isReadHeld = false
    private var isInputClosed = false
    private var peer = ClientAddress(nil)

    init(responder: APIResponder, eventLoop: any EventLoop) {
        self.responder = responder
        executor = EventLoopExecutor(eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        peer = ClientAddress(context.channel.remoteAddress)
    }

    func channelActive(context: ChannelHandlerContext) {
        peer = ClientAddress(context.channel.remoteAddress)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if waiting.isEmpty, isFree(context) { take(part, context) } else { waiting.append(part) }
    }

    func read(context: ChannelHandlerContext) {
        // A client that sends requests without waiting for answers waits with the next ones, and one whose login is still
        // being looked at with its body.
        if waiting.isEmpty, !isBodyEarly { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        takeWaiting(context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        body?.breakOff()
        if body == nil { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            if let body, !body.isEnded { body.breakOff() }
            closeIfDone(context)
        }
        if let broken = event as? RequestBrokenOff { body?.breakOff(broken.cause) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isInputClosed = true
        waiting.removeAll()
        body?.breakOff()
        context.fireChannelInactive()
    }

    // MARK: - Inside

    /// Whether the next part has its turn: it belongs to the request that is being read, or nothing is being answered and
    /// the client takes its answers.
    private func isFree(_ context: ChannelHandlerContext) -> Bool {
        if let body { !body.isEnded } else { context.channel.isWritable }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head): begin(head, context)
        case .body(let part): body?.append(part)
        case .end:
            body?.end()
            if isAnswered { goOn(context) }
        }
    }

    private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let body = RequestBody(limit: responder.bodyLimit)
        self.body = body
        isAnswered = false
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let incoming = IncomingRequest(head: head, body: NIOLoopBound(body, eventLoop: context.eventLoop), peer: peer)
        body.whenWanted = { bound.value.handler.releaseRead(bound.value.context) }
        Task(executorPreference: executor) { [responder] in
            let reply = await responder.respond(to: incoming)
            bound.value.handler.send(reply, bound.value.context)
        }
    }

    private func send(_ reply: Reply, _ context: ChannelHandlerContext) {
        if let stream = reply.stream { return send(reply, stream, context) }
        isAnswered = true
        body?.discard()
        context.write(wrapOutboundOut(.head(reply.head)), promise: nil)
        if let content = reply.body { context.write(wrapOutboundOut(.body(content)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: end(of: reply, context))
        if body?.isEnded ?? true { goOn(context) } else { releaseRead(context) }
    }

    /// An account's next request may come once an answer is made, or, if it is large, once the client has taken it.
    ///
    /// - Returns: what waits for that.
    private func end(of reply: Reply, _ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard let turn = reply.turn else { return nil }
        guard !context.channel.isWritable || (reply.body?.readableBytes ?? 0) > Self.smallAnswer else {
            turn.end()
            return nil
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in turn.end() }
        return promise
    }

    /// Sends an answer that is made meanwhile: the next piece when the one before has left, so that a client that does
    /// not read holds one piece in memory and no thread.
    private func send(_ reply: Reply, _ stream: any AnswerStream, _ context: ChannelHandlerContext) {
        body?.discard()
        context.write(wrapOutboundOut(.head(reply.head)), promise: nil)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        stream.whenRevoked { eventLoop.execute { bound.value.context.close(promise: nil) } }
        Task(executorPreference: executor) {
            var stream = stream
            do {
                while let piece = try await stream.next() {
                    try await bound.value.handler.write(piece, bound.value.context).get()
                    bound.value.context.triggerUserOutboundEvent(StreamProgress(), promise: nil)
                }
                stream.ended(nil)
                reply.turn?.end()
                bound.value.handler.endStream(bound.value.context)
            } catch {
                stream.ended(error)
                // Fewer bytes than announced tell the client that it has not all of it.
                bound.value.context.close(promise: nil)
            }
        }
    }

    private func write(_ piece: ByteBuffer, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        context.writeAndFlush(wrapOutboundOut(.body(piece)))
    }

    private func endStream(_ context: ChannelHandlerContext) {
        isAnswered = true
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if body?.isEnded ?? true { goOn(context) }
    }

    /// The request is read and answered: the next one, if it is there.
    private func goOn(_ context: ChannelHandlerContext) {
        body = nil
        takeWaiting(context)
        closeIfDone(context)
    }

    private func takeWaiting(_ context: ChannelHandlerContext) {
        while !waiting.isEmpty, isFree(context) { take(waiting.removeFirst(), context) }
        releaseRead(context)
    }

    /// A body is coming in that nobody has asked for yet.
    private var isBodyEarly: Bool {
        guard let body else { return false }
        return !body.isEnded && !body.isWanted && !isAnswered
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        guard isReadHeld, waiting.isEmpty, !isBodyEarly else { return }
        isReadHeld = false
        context.read()
    }

    /// Nothing more can come of a client that has closed its sending side; `ConnectionGuard` lets it have its answers first.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        if isInputClosed, body == nil, waiting.isEmpty { context.close(promise: nil) }
    }
}
