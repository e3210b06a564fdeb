import NIOCore

/// What the fast path sends on one event loop: the answers of one turn of the loop together, at the turn's end.
///
/// An answer wakes its client. Where clients share the processors with the server, each answer that goes out would take the
/// processor from a loop that has more of them to make.
final class Outbox: Sendable {
    /// Connections with answers that are written and not sent, for the event loop only.
    private struct Unsent {
        var connections: [ChannelHandlerContext] = []
        /// Whether a task will send them at the end of the turn.
        var isDue = false
    }

    /// So many answers are sent without waiting for the end of the turn: with 256 clients, more were measured to be slower,
    /// and the first one waits for the last.
    static let limit = 32

    let eventLoop: any EventLoop
    private let unsent: NIOLoopBoundBox<Unsent>

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        unsent = .makeBoxSendingValue(Unsent(), eventLoop: eventLoop)
    }

    /// Sends what was written to a connection when the loop has done what else it has to do now, or at once if there are
    /// ``limit`` answers.
    ///
    /// To be called on the event loop.
    func send(_ connection: ChannelHandlerContext) {
        unsent.value.connections.append(connection)
        if unsent.value.connections.count >= Self.limit { return sendAll() }
        guard !unsent.value.isDue else { return }
        unsent.value.isDue = true
        eventLoop.execute {
            self.unsent.value.isDue = false
            self.sendAll()
        }
    }

    private func sendAll() {
        let connections = unsent.value.connections
        unsent.value.connections.removeAll(keepingCapacity: true)
        // A connection that has room again may answer its next request at once, which is then among the next ones to send.
        for connection in connections { connection.flush() }
    }
}
