import NIOCore

/// Answers the commonest requests of a connection right where its bytes come in; everything else goes on to the parser.
///
/// Reading and replacing a user are most of what clients do, and most of their time went into the layers between the
/// socket and the store. A request is answered here only if all before it is answered, and all of it has arrived at once
/// in a plain form; a connection on which anything else than whole requests arrives belongs to the parser from then on,
/// so that the two can never disagree about where a request begins.
final class FastPathHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What came while a request was being answered.
    private enum Held {
        case bytes(ByteBuffer)
        case event(Any)
    }

    private let responder: FastResponder
    private let scanner: RequestScanner
    private let rest: ConnectionGuard
    private let outbox: Outbox
    private var peer = ClientAddress(nil)
    private var proven: ProvenLogin?
    private var isAnswering = false
    private var isRetired = false
    private var held = CircularBuffer<Held>()
    private var isReadHeld = false

    /// - Parameters:
    ///   - rest: knows whether requests of this connection are being answered behind this handler.
    ///   - outbox: that of the connection's event loop.
    init(responder: FastResponder, scanner: RequestScanner, rest: ConnectionGuard, outbox: Outbox) {
        self.responder = responder
        self.scanner = scanner
        self.rest = rest
        self.outbox = outbox
    }

    func handlerAdded(context: ChannelHandlerContext) {
        peer = ClientAddress(context.remoteAddress)
    }

    func channelActive(context: ChannelHandlerContext) {
        peer = ClientAddress(context.remoteAddress)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard isHolding(context) else { return take(bytes, context) }
        held.append(.bytes(bytes))
        rest.parserWaits()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end of the client's input, or of the server: it may close the connection, and answers come first.
        let waits = isAnswering || !held.isEmpty
        if waits { held.append(.event(event)) } else { context.fireUserInboundEventTriggered(event) }
    }

    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        takeHeld(context)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isRetired = true
        proven = nil
        held.removeAll()
        context.fireChannelInactive()
    }

    // MARK: - Inside

    /// Whether the next bytes have to wait: for an answer to be made, or for many to be sent and taken.
    private func isHolding(_ context: ChannelHandlerContext) -> Bool {
        isAnswering || !held.isEmpty || (!isRetired && !context.channel.isWritable)
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if !isRetired {
            guard rest.isIdle else {
                isRetired = true
                return context.fireChannelRead(wrapInboundOut(bytes))
            }
            if answer(bytes, context) { return }
        }
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    /// - Returns: false if the bytes are not for this handler.
    private func answer(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        bytes.withUnsafeReadableBytes { raw in
            switch scanner.scan(raw) {
            case .other:
                isRetired = true
                return false
            case .whole:
                return false
            case .fast(let request):
                return answer(request, raw, context)
            }
        }
    }

    private func answer(
        _ request: FastRequest,
        _ bytes: UnsafeRawBufferPointer,
        _ context: ChannelHandlerContext
    ) -> Bool {
        let outcome = responder.respond(to: request, bytes, from: peer, proven: &proven) {
            let eventLoop = outbox.eventLoop
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: eventLoop)
            return { reply in
                eventLoop.execute { bound.value.handler.finish(reply(), bound.value.context) }
            }
        }
        switch outcome {
        case .declined: return false
        case .later:
            isAnswering = true
            rest.fastRequestBegan()
        case .reply(let reply):
            // First, since what is sent may make room for the next request.
            rest.fastRequestAnswered()
            send(reply, context)
        }
        return true
    }

    private func finish(_ reply: FastReply, _ context: ChannelHandlerContext) {
        isAnswering = false
        guard context.channel.isActive else { return }
        send(reply, context)
        rest.fastRequestEnded()
        takeHeld(context)
    }

    private func send(_ reply: FastReply, _ context: ChannelHandlerContext) {
        let promise = rest.promiseOfFastAnswer(context)
        if context.channel.isWritable, reply.bodyBytes <= RequestHandler.smallAnswer {
            reply.turn?.end()
        } else if let turn = reply.turn {
            // As any other answer's: an account's next request may come once the client has taken a large one.
            promise.futureResult.whenComplete { _ in turn.end() }
        }
        context.write(wrapOutboundOut(reply.bytes), promise: promise)
        outbox.send(context)
    }

    private func takeHeld(_ context: ChannelHandlerContext) {
        var isParserAhead = false
        while !isAnswering, isRetired || context.channel.isWritable, let next = held.popFirst() {
            switch next {
            case .bytes(let bytes):
                take(bytes, context)
                isParserAhead = isParserAhead || isRetired
            case .event(let event): context.fireUserInboundEventTriggered(event)
            }
        }
        if isParserAhead { rest.parserWentOn() }
        if isReadHeld, held.isEmpty {
            isReadHeld = false
            context.read()
        }
    }
}
