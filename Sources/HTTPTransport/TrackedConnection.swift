import NIOCore

/// The outermost handler of a connection: ``ConnectionTable`` finds the connection by it, sees how long it has waited for
/// its client, and can close it at once.
///
/// A connection waits for its client when no request has been read that is not answered yet, whether the client is silent
/// or sends its next request slowly.
final class TrackedConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    let eventLoop: any EventLoop
    /// Since when the connection waits for its client, `nil` while the client waits for the server. Set by the handler that
    /// knows; without one, the connection has waited since it was opened.
    var waitingSince: (() -> NIODeadline?)?
    /// Open streams of HTTP/2, as ``ConnectionTable`` counts them.
    var streams = 0

    private let table: ConnectionTable
    private let opened = NIODeadline.now()
    private var context: ChannelHandlerContext?

    init(_ table: ConnectionTable, _ eventLoop: any EventLoop) {
        self.table = table
        self.eventLoop = eventLoop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        table.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        waitingSince = nil
        table.remove(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        table.remove(self)
        context.fireChannelInactive()
    }

    /// What ``waitingSince`` says.
    var waiting: NIODeadline? {
        if let waitingSince { waitingSince() } else { opened }
    }

    /// A stream of HTTP/2 was opened (1) or closed (-1).
    func addStreams(_ count: Int) { table.addStreams(count, of: self) }

    /// Runs `action` when the system has taken everything that was flushed, whether sent or failed.
    func whenSent(_ action: @escaping () -> Void) {
        guard let context else { return action() }
        // Writes complete in their order, so one without bytes completes behind all others.
        context.writeAndFlush(NIOAny(ByteBuffer())).assumeIsolated().whenComplete { _ in action() }
    }

    /// Closes the connection without the closing words of TLS: a silent client could let them wait long.
    func close() { context?.close(promise: nil) }
}
