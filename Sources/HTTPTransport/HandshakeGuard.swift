import Logging
import NIOCore
import NIOTLS

/// Stands behind TLS: bounds the time of the handshake, and ends the connection on every error of TLS.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let time: TimeAmount
    private let connection: TrackedConnection
    private let logger: Logger
    private var timer: Scheduled<Void>?
    private var isDone = false

    /// - Parameter time: what the handshake may take.
    init(time: TimeAmount, connection: TrackedConnection, logger: Logger) {
        self.time = time
        self.connection = connection
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(connection, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { bound.value.close() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            isDone = true
            timer?.cancel()
        }
        if event is ChannelShouldQuiesceEvent, !isDone { connection.close() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("TLS failed", metadata: ["error": "\(error)"])
        // An answer may be made and not sent yet.
        context.flush()
        connection.close()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }
}
