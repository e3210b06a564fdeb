import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection of HTTP/1 within its limits: time without a request, of a header and of a whole request; broken
/// HTTP answered as a problem, `Expect: 100-continue`, and a close that waits until the client has its answers.
///
/// It stands between HTTP decoding and the handler of requests and runs on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: RequestLimits
    private let refusal: Refusal
    private let door: ConnectionDoor
    private var ledger = ConnectionLedger()
    private var context: ChannelHandlerContext?
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?
    /// Since when there is no request.
    private var idleSince = NIODeadline.now()
    /// Since when a request's head is coming in.
    private var headSince: NIODeadline?
    private var hasUnparsedBytes = false
    /// When the connection is closed whatever happens.
    private var closesAt: NIODeadline?
    private var isFinished = false
    private var closesAfterAnswer = false
    private var isStopping = false
    /// Answers of which the system has not taken everything yet.
    private var unsent = 0
    /// What is to be done when they are sent.
    private var whenSent: (() -> Void)?
    /// The problem of a broken request behind ones that are still being answered.
    private var postponed: Problem?

    init(limits: RequestLimits, refusal: Refusal, door: ConnectionDoor) {
        self.limits = limits
        self.refusal = refusal
        self.door = door
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        door.whenBytesArrive = { [unowned self] in hasUnparsedBytes = true }
        if context.channel.isActive { startTimer(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        door.whenBytesArrive = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        startTimer(context)
        context.fireChannelActive()
    }

    /// Nothing is being read or answered, and nothing keeps the next request from being.
    var isIdle: Bool { ledger.isIdle && !isFinished && !isStopping && postponed == nil }

    /// A whole request came that is answered without passing through here: its time is limited like that of any other.
    func fastRequestBegan() {
        hasUnparsedBytes = false
        headSince = nil
        let now = NIODeadline.now()
        ledger.headRead(now: now)
        ledger.endRead(now: now)
        door.works()
        if let context { startTimer(context) }
    }

    /// What an answer that does not pass through here is to be written with, so that nobody closes before it is sent.
    func promiseOfFastAnswer(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        countingUnsent(nil, context)
    }

    /// Bytes that came do not go to the parser now: nothing of a request's head is missing yet.
    func parserWaits() {
        hasUnparsedBytes = false
    }

    /// Bytes that had to wait have gone to the parser.
    func parserWentOn() {
        hasUnparsedBytes = true
        if let context { noteUnparsedBytes(context) }
    }

    /// Its answer is on its way.
    func fastRequestEnded() {
        let now = NIODeadline.now()
        ledger.answerStarted()
        ledger.answerEnded(now: now)
        if let context { answered(now, context) }
    }

    /// A whole request came and was answered at once.
    func fastRequestAnswered() {
        hasUnparsedBytes = false
        headSince = nil
        idleSince = .now()
        door.waits(since: idleSince)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isFinished { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            hasUnparsedBytes = false
            headSince = nil
            let now = NIODeadline.now()
            ledger.headRead(now: now)
            door.waits(since: now)
            startTimer(context)
            if ledger.isAwaitingFirstAnswer, refusal.invitesBody(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end:
            hasUnparsedBytes = false
            let now = NIODeadline.now()
            ledger.endRead(now: now)
            if ledger.isIdle { answered(now, context) } else { door.works() }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        noteUnparsedBytes(context)
        context.fireChannelReadComplete()
    }

    private func noteUnparsedBytes(_ context: ChannelHandlerContext) {
        if hasUnparsedBytes, !isFinished, !ledger.isReadingBody, headSince == nil {
            headSince = .now()
            startTimer(context)
        }
        hasUnparsedBytes = false
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isFinished {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            ledger.answerStarted()
            closesAfterAnswer = head.headerFields.text(.connection)?.lowercased() == "close"
            guard isStopping, !closesAfterAnswer, ledger.isOnlyOne else { return context.write(data, promise: promise) }
            closesAfterAnswer = true
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let now = NIODeadline.now()
            ledger.answerEnded(now: now)
            context.write(data, promise: countingUnsent(promise, context))
            if closesAfterAnswer { finish(context) } else if ledger.isIdle { answered(now, context) }
        }
    }

    /// Whoever closes does not mean the answers that are still on their way.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, unsent > 0 else { return context.close(mode: mode, promise: promise) }
        guard whenSent == nil else { return context.channel.closeFuture.cascade(to: promise) }
        isFinished = true
        closeAtLatest(in: limits.requestTime, context)
        whenSent = { context.close(promise: promise) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isFinished { return }
        if error is IOError || error is ChannelError {
            context.fireErrorCaught(error)
            return
        }
        let problem = Refusal.problem(for: error)
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
        if event is ChannelShouldQuiesceEvent {
            isStopping = true
            if ledger.isIdle, !isFinished { close(context: context, mode: .all, promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.task.cancel()
        timer = nil
        isFinished = true
        whenSent = nil
        context.fireChannelInactive()
    }

    // MARK: - Time

    /// When something has to be done if nothing happens until then.
    private var deadline: NIODeadline {
        if let closesAt { return closesAt }
        if let oldest = ledger.oldest { return oldest + limits.requestTime }
        let idle = idleSince + limits.idleTime
        return headSince.map { min(idle, $0 + limits.headerTime) } ?? idle
    }

    /// One timer a connection, which looks when it fires whether it is time: cheaper than one a request.
    private func startTimer(_ context: ChannelHandlerContext) {
        let deadline = deadline
        if let timer {
            if timer.deadline <= deadline { return }
            timer.task.cancel()
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.timerFired(context)
        }
        timer = (task, deadline)
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard deadline <= .now() else { return startTimer(context) }
        let isHeadLate = closesAt == nil && ledger.isIdle && idleSince + limits.idleTime > .now()
        if isHeadLate || (closesAt == nil && ledger.isAwaitingFirstAnswer && ledger.isReadingBody) {
            let isUnknown = ledger.isIdle
            if !isUnknown { context.fireUserInboundEventTriggered(RequestBrokenOff(cause: .late)) }
            refuse(Refusal.late, isUnknown: isUnknown, context)
        } else {
            context.close(promise: nil)
        }
    }

    private func closeAtLatest(in time: TimeAmount, _ context: ChannelHandlerContext) {
        closesAt = .now() + time
        timer?.task.cancel()
        timer = nil
        startTimer(context)
    }

    // MARK: - Ends

    /// All requests that came in are read and answered.
    private func answered(_ now: NIODeadline, _ context: ChannelHandlerContext) {
        if let postponed { return refuse(postponed, context) }
        if isStopping { return finish(context) }
        idleSince = now
        door.waits(since: now)
        startTimer(context)
    }

    private func refuse(_ problem: Problem, isUnknown: Bool = true, _ context: ChannelHandlerContext) {
        let (head, body) = refusal.answer(problem, to: context.channel.remoteAddress, isUnknown: isUnknown)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: countingUnsent(nil, context))
        finish(context)
    }

    /// Nothing more is answered: once all is sent, closes the sending side, reads on for a moment, then closes.
    private func finish(_ context: ChannelHandlerContext) {
        isFinished = true
        door.waits(since: .now())
        closeAtLatest(in: limits.requestTime, context)
        whenSent = { [self] in
            context.close(mode: .output, promise: nil)
            closeAtLatest(in: RequestLimits.lingerTime, context)
        }
        context.flush()
        if unsent == 0 { sent() }
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
}
