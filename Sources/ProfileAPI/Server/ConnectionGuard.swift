import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection within its limits: the total time of a request, broken HTTP answered as a problem,
/// `Expect: 100-continue`, and a close that waits until the client has its answers.
///
/// It stands between HTTP decoding and Hummingbird and runs on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long the rest of what a client sends is read and thrown away after the last answer, so that closing
    /// does not destroy the answer on its way.
    private static let lingerTime = TimeAmount.seconds(2)

    private let requestTimeout: TimeAmount
    private let bodyLimit: Int
    private var ledger = ConnectionLedger()
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var isFinished = false
    private var closesAfterAnswer = false
    /// Answers of which the system has not taken everything yet.
    private var unsent = 0
    /// What is to be done when they are sent.
    private var whenSent: (() -> Void)?
    /// The problem of a broken request behind ones that are still being answered.
    private var postponed: Problem?

    /// - Parameters:
    ///   - requestTimeout: from a request's first byte of content to the answer's last.
    ///   - bodyLimit: larger announced bodies are not invited by `100 Continue`.
    init(requestTimeout: TimeAmount, bodyLimit: Int) {
        self.requestTimeout = requestTimeout
        self.bodyLimit = bodyLimit
    }

    /// Nothing is being read or answered, and nothing keeps the next request from being.
    var isIdle: Bool { ledger.isIdle && !isFinished && postponed == nil }

    /// A request came and was answered without passing through here.
    func fastRequestAnswered() {}

    /// A request came that is being answered elsewhere: its time is limited like that of any other.
    func fastRequestBegan() {
        ledger.headRead(now: .now())
        ledger.endRead(now: .now())
        if let context { startTimer(context) }
    }

    func fastRequestEnded() {
        ledger.answerEnded(now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isFinished { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            ledger.headRead(now: .now())
            startTimer(context)
            if ledger.isAwaitingFirstAnswer { inviteBody(head, context) }
        case .body: break
        case .end: ledger.endRead(now: .now())
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isFinished {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var isEnd = false
        switch unwrapOutboundIn(data) {
        case .head(let head):
            ledger.answerStarted()
            closesAfterAnswer = head.headerFields.text(.connection)?.lowercased() == "close"
        case .body: break
        case .end:
            ledger.answerEnded(now: .now())
            isEnd = true
        }
        guard isEnd else { return context.write(data, promise: promise) }
        context.write(data, promise: countingUnsent(promise, context))
        if closesAfterAnswer {
            finish(context)
        } else if let postponed, ledger.isIdle {
            refuse(postponed, context)
        }
    }

    /// Whoever closes does not mean the answers that are still on their way.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, unsent > 0 else { return context.close(mode: mode, promise: promise) }
        guard whenSent == nil else { return context.channel.closeFuture.cascade(to: promise) }
        isFinished = true
        closeAtLatest(in: requestTimeout, context)
        whenSent = { context.close(promise: promise) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isFinished { return }
        if error is IOError || error is ChannelError {
            context.fireErrorCaught(error)
            return
        }
        let problem = Self.problem(for: error)
        if ledger.isIdle {
            refuse(problem, context)
        } else if !ledger.isReadingBody {
            postponed = problem
        } else if ledger.isNewestAnswerStarted {
            finish(context)
        } else {
            // The handler waits for this body and answers itself.
            context.fireErrorCaught(error)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is StreamProgress else { return context.triggerUserOutboundEvent(event, promise: promise) }
        ledger.answerProgressed(now: .now())
        promise?.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isFinished, case ChannelEvent.inputClosed? = event as? ChannelEvent {
            whenSent = { context.close(promise: nil) }
            if unsent == 0 { sent() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        isFinished = true
        whenSent = nil
        context.fireChannelInactive()
    }

    // MARK: - Inside

    private func inviteBody(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields.text(.expect)?.lowercased() == "100-continue" else { return }
        let announced = head.headerFields.text(.contentLength).flatMap { Int($0) } ?? 0
        guard announced <= bodyLimit else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    /// One timer a connection, started anew only when it fires: cheaper than one a request.
    private func startTimer(_ context: ChannelHandlerContext) {
        guard timer == nil, let oldest = ledger.oldest else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: oldest + requestTimeout) {
            let (handler, context) = bound.value
            handler.timerFired(context)
        }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard !isFinished, let oldest = ledger.oldest else { return }
        guard oldest + requestTimeout <= .now() else { return startTimer(context) }
        if ledger.isAwaitingFirstAnswer, ledger.isReadingBody {
            refuse(Problem(.requestTimeout, "The request did not arrive in time."), context)
        } else {
            context.close(promise: nil)
        }
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let requestID = RequestIdentifier.choose(callers: nil)
        var answer = problem.answer(instance: nil, requestID: requestID)
        answer.headers[.connection] = "close"
        let head = answer.head(requestID: requestID)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: countingUnsent(nil, context))
        finish(context)
    }

    /// Nothing more is answered: once all is sent, closes the sending side, reads on for a moment, then closes.
    private func finish(_ context: ChannelHandlerContext) {
        isFinished = true
        closeAtLatest(in: requestTimeout, context)
        whenSent = { [self] in
            context.close(mode: .output, promise: nil)
            closeAtLatest(in: Self.lingerTime, context)
        }
        context.flush()
        if unsent == 0 { sent() }
    }

    private func closeAtLatest(in time: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
    }

    private func countingUnsent(
        _ promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) -> EventLoopPromise<Void> {
        let promise = promise ?? context.eventLoop.makePromise()
        unsent += 1
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            unsent -= 1
            if unsent == 0 { sent() }
        }
        return promise
    }

    private func sent() {
        let action = whenSent
        whenSent = nil
        action?()
    }

    private static func problem(for error: any Error) -> Problem {
        if case HTTPParserError.headerOverflow? = error as? HTTPParserError {
            return Problem(.headersTooLarge, "The request's header is larger than this server takes.")
        }
        return Problem(.malformedRequest, "The request is not valid HTTP/1.1.")
    }
}
