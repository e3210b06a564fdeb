import Logging
import NIOCore
import NIOHTTP2

/// Keeps a connection of HTTP/2 within its limits: closes it when it has had no stream for a while, and after an error or
/// when the server stops, after its last stream or when that takes too long.
///
/// `NIOHTTP2ServerConnectionManagementHandler` before it tells the client with GOAWAY. That handler waits for an answer of
/// the client before it closes, which this one does not rely on.
final class HTTP2ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame

    let eventLoop: any EventLoop
    private let limits: TransportLimits
    private let connection: TrackedConnection
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var streams = 0
    /// Streams whose request has been read and whose answer has not been given.
    private var owed = 0
    private var idleSince = NIODeadline.now()
    /// Since when the client has been waited for, if no stream is owed a response.
    private var waitingSince = NIODeadline.now()
    private var isEnding = false

    init(limits: TransportLimits, connection: TrackedConnection, logger: Logger) {
        self.limits = limits
        self.connection = connection
        self.logger = logger
        eventLoop = connection.eventLoop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.waitingSince = { [unowned self] in owed == 0 ? waitingSince : nil }
        startTimer(at: idleSince + limits.idleTime, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        connection.waitingSince = nil
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: beginEnd()
        case ChannelEvent.inputClosed as ChannelEvent:
            isEnding = true
            if streams == 0 { context.close(promise: nil) }
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("HTTP/2 failed", metadata: ["error": "\(error)"])
        if Self.isAttack(error) {
            // The client has been told by GOAWAY, and gets a moment to read it.
            isEnding = true
            startTimer(at: .now() + TransportLimits.lingerTime, context)
        } else {
            // Either the stream was reset or the connection is over; the error does not say which. The client can open a new
            // connection.
            context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Whether a client does what none does by mistake.
    private static func isAttack(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.ExcessiveRSTFrames, is NIOHTTP2Errors.ExcessiveStreamErrors,
            is NIOHTTP2Errors.ExcessiveControlFrames, is NIOHTTP2Errors.ExcessiveContinuationFrames,
            is NIOHTTP2Errors.ExcessiveEmptyDataFrames, is NIOHTTP2Errors.ExcessiveNumberOfGlitches:
            true
        default: false
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    // MARK: - Streams

    func streamOpened() {
        streams += 1
        connection.addStreams(1)
        waitingSince = .now()
    }

    func streamClosed() {
        streams -= 1
        connection.addStreams(-1)
        guard streams == 0, let context else { return }
        idleSince = .now()
        waitingSince = idleSince
        // What is still to be flushed goes first.
        if isEnding { startTimer(at: .now() + TransportLimits.lingerTime, context) }
    }

    /// A stream's request has been read.
    func owes() { owed += 1 }

    /// A stream's answer is out, or not wanted any more.
    func settled() {
        owed -= 1
        waitingSince = .now()
    }

    // MARK: - Time

    private func startTimer(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.timerFired(context)
        }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        if isEnding { return context.close(promise: nil) }
        let deadline = (streams == 0 ? idleSince : .now()) + limits.idleTime
        guard deadline <= .now() else { return startTimer(at: deadline, context) }
        // As when the server stops: the client is told first.
        context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    private func beginEnd() {
        guard !isEnding, let context else { return }
        isEnding = true
        startTimer(at: .now() + (streams == 0 ? TransportLimits.lingerTime : limits.requestTime), context)
    }
}

/// Counts the streams of a connection for both of its handlers.
struct HTTP2StreamCounter: NIOHTTP2StreamDelegate {
    let manager: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate
    let handler: NIOLoopBound<HTTP2ConnectionHandler>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        manager.streamCreated(id, channel: channel)
        handler.value.streamOpened()
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        manager.streamClosed(id, channel: channel)
        handler.value.streamClosed()
    }
}
