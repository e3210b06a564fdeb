import HTTPTypes
import NIOCore
import NIOHTTP1

/// Drives one HTTP/1 connection: decodes requests, one after the other, and writes the session's responses.
///
/// ``RequestScanner`` decodes what arrives whole and plain. From the first other bytes on, the connection belongs to
/// llhttp, whose handler is then put behind this one, so that the two can never disagree about where a request begins.
final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What came and is not decoded yet.
    private enum Input {
        case bytes(ByteBuffer)
        case closed
    }

    /// What llhttp decoded and nobody took yet.
    enum Part {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        case fault(RequestFault)
    }

    private let limits: TransportLimits
    private let scanner: RequestScanner
    private let session: any RequestSession
    private let connection: TrackedConnection
    private let flusher: FlushCoalescer
    private var state: HTTP1ConnectionState
    private lazy var exchange = RequestExchange(
        session,
        bodyBytes: limits.bodyBytes,
        connection.eventLoop,
        self
    )
    private var context: ChannelHandlerContext?
    private var input = CircularBuffer<Input>()
    private var parts = CircularBuffer<Part>()
    private var usesScanner = true
    private var isTaking = false
    private var isReadHeld = false
    /// The bytes that llhttp got first of the present request, to find out why it refused them.
    private var requestStart: ByteBuffer?
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?

    init(
        _ session: any RequestSession,
        limits: TransportLimits,
        connection: TrackedConnection,
        flusher: FlushCoalescer
    ) {
        self.session = session
        self.limits = limits
        self.connection = connection
        self.flusher = flusher
        scanner = RequestScanner(limits: limits)
        state = HTTP1ConnectionState(limits, now: connection.eventLoop.now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.waitingSince = { [unowned self] in state.waitingSince }
        startTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connection.waitingSince = nil
        end()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input.append(.bytes(unwrapInboundIn(data)))
        takeInput()
    }

    func read(context: ChannelHandlerContext) {
        if holdsReads { isReadHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        takeInput()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed as ChannelEvent:
            input.append(.closed)
            takeInput()
        case is ChannelShouldQuiesceEvent: perform(state.stop(now: now))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The channel closes itself after an error of the socket.
        exchange.breakOff(.incomplete)
        if state.waitingSince != nil { context.close(promise: nil) }
    }

    /// Takes what llhttp made of the bytes it got.
    func decoded(_ part: Part) { parts.append(part) }

    func decodingFailed(_ error: any Error) {
        parts.append(.fault(RequestFault(error, start: requestStart)))
    }

    private var now: NIODeadline { connection.eventLoop.now }

    /// Another request may wait.
    private var hasMoreInput: Bool { !input.isEmpty || !parts.isEmpty }

    // MARK: - Input

    private func takeInput() {
        // What is taken may finish a request, and so lead here again.
        if isTaking { return }
        isTaking = true
        while takeNext() {}
        isTaking = false
        releaseRead()
    }

    /// - Returns: false if nothing can be taken now.
    private func takeNext() -> Bool {
        guard let context else { return false }
        if state.isDropping {
            parts.removeAll()
            // Only the end of the input is of interest.
            while let next = input.popFirst() {
                if case .closed = next { perform(state.inputClosed(now: now)) }
            }
            return false
        }
        guard state.isReadingBody || state.isReadyForRequest && context.channel.isWritable else { return false }
        if let part = parts.popFirst() {
            take(part)
            return true
        }
        guard let next = input.popFirst() else { return false }
        switch next {
        case .bytes(let bytes): take(bytes, context)
        case .closed:
            // llhttp then reports a request that ends too early.
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            while let part = parts.popFirst() { take(part) }
            perform(state.inputClosed(now: now))
        }
        return true
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if usesScanner, state.isReadyForRequest {
            if let request = scanner.scan(bytes) { return begin(request, bytes) }
            usesScanner = false
            addDecoder(context)
        }
        if state.isReadyForRequest, requestStart == nil { requestStart = bytes }
        context.fireChannelRead(wrapInboundOut(bytes))
        if parts.isEmpty {
            state.headBegan(now: now)
            startTimer()
        }
    }

    /// Puts llhttp behind this handler.
    private func addDecoder(_ context: ChannelHandlerContext) {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headerBytes
        decoding.maxHeaderListSize = limits.headerBytes
        decoding.maxHeaderFieldCount = limits.headerFields
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoding)
        do {
            let handlers: [any ChannelHandler] = [ByteToMessageHandler(decoder), DecodedPartReceiver(self)]
            try context.pipeline.syncOperations.addHandlers(handlers, position: .after(self))
        } catch {
            context.close(promise: nil)
        }
    }

    private func begin(_ request: RequestScanner.Scanned, _ bytes: ByteBuffer) {
        var rest = bytes
        rest.moveReaderIndex(forwardBy: request.headBytes)
        let body = rest.readSlice(length: request.bodyBytes) ?? ByteBuffer()
        if rest.readableBytes > 0 { input.prepend(.bytes(rest)) }
        state.requestBegan(isRead: true, now: now)
        if body.readableBytes > 0 {
            exchange.begin(request.head, body: body)
        } else {
            exchange.begin(request.head, hasBody: false)
        }
        startTimer()
    }

    private func take(_ part: Part) {
        switch part {
        case .head(let head): begin(head)
        case .body(let bytes):
            perform(state.bodyRead(bytes: bytes.readableBytes, now: now))
            exchange.append(bytes)
        case .end:
            exchange.end()
            perform(state.requestEnded(hasMoreInput: hasMoreInput, now: now))
        case .fault(let fault): perform(state.failed(fault, now: now))
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        requestStart = nil
        let isPersistent = head.version != .http1_0
        let request = RequestHead(
            HTTPRequest.Method(rawValue: head.method.rawValue) ?? .get,
            target: head.uri,
            fields: head.headers.lazy.map { ($0.name, $0.value) },
            isPersistent: isPersistent
        )
        // HTTP/1.0 does not know it.
        let awaitsInvitation = isPersistent && request.expectsContinue && request.announcesBody
        state.requestBegan(isRead: false, awaitsInvitation: awaitsInvitation, now: now)
        startTimer()
        if let fault = request.fault(limits, needsHost: isPersistent) { return perform(.refuse(fault)) }
        exchange.begin(request, hasBody: true)
    }

    /// Reading more would fill the memory: the client sends requests without waiting for responses, or a body that nobody
    /// has asked for.
    private var holdsReads: Bool {
        if hasMoreInput { return true }
        return state.isReadingBody && state.awaitsResponse && exchange.isBodyEarly
    }

    private func releaseRead() {
        guard isReadHeld, !holdsReads else { return }
        isReadHeld = false
        context?.read()
    }

    // MARK: - Actions

    private func perform(_ action: HTTP1ConnectionState.Action) {
        guard let context else { return }
        switch action {
        case .none: break
        case .takeInput:
            startTimer()
            takeInput()
        case .breakOffBody(let fault):
            startTimer()
            exchange.breakOff(fault)
        case .refuse(let fault): refuse(fault)
        case .flush:
            context.flush()
            startTimer()
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            connection.whenSent { bound.value.sent() }
        case .closeOutput:
            context.close(mode: .output, promise: nil)
            startTimer()
            takeInput()
        case .close: context.close(promise: nil)
        }
    }

    private func sent() { perform(state.sent(now: now)) }

    private func refuse(_ fault: RequestFault) {
        guard let context else { return }
        exchange.cancel()
        let response = session.response(to: fault)
        context.write(wrapOutboundOut(response.encoded(addsClose: false, context.channel.allocator)), promise: nil)
        perform(state.refused(now: now))
    }

    /// The connection is gone, or this handler is.
    private func end() {
        timer?.task.cancel()
        timer = nil
        state.closed()
        input.removeAll()
        parts.removeAll()
        requestStart = nil
        exchange.cancel()
    }

    // MARK: - Time

    /// One timer a connection, which looks when it fires whether it is time: cheaper than one a request.
    private func startTimer() {
        guard let context, let deadline = state.deadline else { return }
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.timerFired() }
        timer = (task, deadline)
    }

    private func timerFired() {
        timer = nil
        guard let deadline = state.deadline else { return }
        if deadline <= now { perform(state.timedOut(now: now)) }
        startTimer()
    }
}

extension HTTP1Handler: ExchangeOutput {
    func exchangeReads() {
        if state.bodyWanted() {
            context?.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
        releaseRead()
    }

    func send(_ response: Response) {
        guard let context else { return }
        let addsClose = state.responseBegan(closes: response.closesConnection, hasMoreInput: hasMoreInput)
        context.write(wrapOutboundOut(response.encoded(addsClose: addsClose, context.channel.allocator)), promise: nil)
        if case .stream = response.body { return }
        flusher.flush(context)
        perform(state.responseEnded(hasMoreInput: hasMoreInput, now: now))
    }

    func send(_ piece: ByteBuffer) -> EventLoopFuture<Void> {
        guard let context else { return connection.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        let sent = context.writeAndFlush(wrapOutboundOut(piece))
        sent.assumeIsolated().whenSuccess { [self] in state.responseProgressed(now: now) }
        return sent
    }

    func endStream() {
        context?.flush()
        perform(state.responseEnded(hasMoreInput: hasMoreInput, now: now))
    }

    func abort() { context?.close(promise: nil) }
}

/// Hands what llhttp decodes to the connection's ``HTTP1Handler``.
final class DecodedPartReceiver: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart

    private unowned let handler: HTTP1Handler

    init(_ handler: HTTP1Handler) {
        self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): handler.decoded(.head(head))
        case .body(let bytes): handler.decoded(.body(bytes))
        case .end: handler.decoded(.end)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { handler.decodingFailed(error) }
}
