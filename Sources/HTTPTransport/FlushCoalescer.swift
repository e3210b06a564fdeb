import NIOCore

/// Groups the writes of one event-loop turn: responses of one turn are sent together at its end.
///
/// A response wakes its client. Where clients share the processors with the server, each response sent alone would take the
/// processor from an event loop that has more of them to make.
final class FlushCoalescer: Sendable {
    /// Connections with unsent responses, for the event loop only.
    private struct Unsent {
        var connections: [ChannelHandlerContext] = []
        /// A task will send them at the end of the turn.
        var isScheduled = false
    }

    /// So many responses are sent without waiting for the end of the turn: with 256 clients, more were measured to be slower,
    /// since the first one waits for the last.
    static let limit = 32

    let eventLoop: any EventLoop
    private let unsent: NIOLoopBoundBox<Unsent>

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        unsent = .makeBoxSendingValue(Unsent(), eventLoop: eventLoop)
    }

    /// Sends what was written to a connection at the end of the loop's turn, or at once if there are ``limit`` responses.
    ///
    /// To be called on the event loop.
    func flush(_ connection: ChannelHandlerContext) {
        unsent.value.connections.append(connection)
        if unsent.value.connections.count >= Self.limit { return sendAll() }
        guard !unsent.value.isScheduled else { return }
        unsent.value.isScheduled = true
        eventLoop.execute {
            self.unsent.value.isScheduled = false
            self.sendAll()
        }
    }

    private func sendAll() {
        let connections = unsent.value.connections
        unsent.value.connections.removeAll(keepingCapacity: true)
        // A connection that has room again may answer its next request at once; that response is among the next ones.
        for connection in connections { connection.flush() }
    }
}
