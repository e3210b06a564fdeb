import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Keeps one stream of HTTP/2, which is one request, within the limits that ``ConnectionGuard`` keeps for HTTP/1.
final class StreamGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let refusal: Refusal
    private let keeper: StreamKeeper
    private var timer: Scheduled<Void>?
    /// Somebody behind this handler knows of the request.
    private var isPassedOn = false
    private var isRead = false
    private var isAnswerStarted = false
    /// Whatever else comes in is not of interest.
    private var isFinished = false
    /// The one answer has been given here.
    private var isRefused = false
    /// The server owes an answer to what has been read.
    private var isOwing = false

    init(refusal: Refusal, keeper: StreamKeeper) {
        self.refusal = refusal
        self.keeper = keeper
    }

    func handlerAdded(context: ChannelHandlerContext) {
        startTimer(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isFinished { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let problem = refusal.problem(with: head) { return refuse(problem, cause: .tooLarge, context) }
            if refusal.invitesBody(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
            isPassedOn = true
        case .body: break
        case .end:
            isRead = true
            if !isAnswerStarted {
                isOwing = true
                keeper.owes()
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isRefused {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isAnswerStarted = true
            // A stream ends with its answer anyway; the field itself is not allowed (RFC 9113, section 8.2.2).
            head.headerFields[.connection] = nil
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            // As with HTTP/1: from here on it is the client who is waited for, who may let nothing through.
            settle()
            let promise = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            promise.futureResult.whenSuccess {
                let (handler, context) = bound.value
                handler.answered(context)
            }
            context.write(data, promise: promise)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isFinished || isAnswerStarted || error is NIOHTTP2Errors.StreamClosed || error is ChannelError {
            context.fireErrorCaught(error)
        } else {
            refuse(Refusal.problem(for: error), cause: .incomplete, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is StreamProgress else { return context.triggerUserOutboundEvent(event, promise: promise) }
        startTimer(context)
        promise?.succeed()
    }

    // MARK: - Inside

    private func startTimer(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: refusal.limits.requestTime) {
            let (handler, context) = bound.value
            handler.timerFired(context)
        }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        if isRead || isAnswerStarted {
            context.close(promise: nil)
        } else {
            refuse(Refusal.late, cause: .late, context)
        }
    }

    private func refuse(_ problem: Problem, cause: RequestBody.Failure, _ context: ChannelHandlerContext) {
        isFinished = true
        let peer = context.channel.remoteAddress
        let (head, body) = refusal.answer(problem, to: peer, isUnknown: !isPassedOn)
        // First, since the stream may be over as soon as the answer is out.
        if isPassedOn { context.fireUserInboundEventTriggered(RequestBrokenOff(cause: cause)) }
        write(context: context, data: wrapOutboundOut(.head(head)), promise: nil)
        write(context: context, data: wrapOutboundOut(.body(body)), promise: nil)
        write(context: context, data: wrapOutboundOut(.end(nil)), promise: nil)
        isRefused = true
        context.flush()
        closeAtLatest(context)
    }

    /// The answer is out. What still comes of a request that was answered before its end is not wanted, and no error
    /// (RFC 9113, section 8.1).
    private func answered(_ context: ChannelHandlerContext) {
        guard !isRead else { return }
        isFinished = true
        context.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
    }

    private func closeAtLatest(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: RequestLimits.lingerTime) { bound.value.close(promise: nil) }
    }

    private func settle() {
        guard isOwing else { return }
        isOwing = false
        keeper.settled()
    }

    private func end() {
        timer?.cancel()
        timer = nil
        isFinished = true
        settle()
    }
}
