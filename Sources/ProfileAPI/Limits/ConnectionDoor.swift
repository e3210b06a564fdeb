import NIOCore

/// The outermost handler of a connection: knows how long it has waited for its client, and can close it at once.
///
/// A connection waits for its client when no request has been read that is not answered yet, whether the client is silent
/// or sends its next request slowly.
final class ConnectionDoor: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Since when the connection waits for its client; nil while the client waits for the server.
    private(set) var waitingSince: NIODeadline? = .now()

    /// Open streams of HTTP/2, as ``ConnectionTable`` counts them.
    var streams = 0

    /// Called before bytes are parsed.
    var whenBytesArrive: (() -> Void)?

    private let table: ConnectionTable
    private var context: ChannelHandlerContext?

    init(_ table: ConnectionTable) {
        self.table = table
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        table.add(self, on: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        whenBytesArrive = nil
        table.remove(self, on: context.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        whenBytesArrive?()
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        table.remove(self, on: context.eventLoop)
        context.fireChannelInactive()
    }

    /// It is the client's turn.
    func waits(since time: NIODeadline) {
        waitingSince = time
    }

    /// It is the server's turn.
    func works() {
        waitingSince = nil
    }

    /// A stream of HTTP/2 was opened (1) or closed (-1).
    func addStreams(_ count: Int) {
        if let context { table.addStreams(count, of: self, on: context.eventLoop) }
    }

    /// Closes the connection without a word, not even TLS's: whoever waits for a silent client may wait long.
    func close() {
        context?.close(promise: nil)
    }
}
