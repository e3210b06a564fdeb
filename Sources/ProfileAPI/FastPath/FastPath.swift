import NIOCore

/// What the fast path's handlers of all connections share.
struct FastPath: Sendable {
    private let responder: FastResponder
    private let outboxes: [ObjectIdentifier: Outbox]

    /// - Parameter group: that of all connections.
    init(_ responder: FastResponder, group: any EventLoopGroup) {
        self.responder = responder
        var outboxes: [ObjectIdentifier: Outbox] = [:]
        for loop in group.makeIterator() { outboxes[ObjectIdentifier(loop)] = Outbox(loop) }
        self.outboxes = outboxes
    }

    /// The handler of a connection; `nil` if its event loop is of another group.
    func handler(of channel: any Channel, scanner: RequestScanner, rest: ConnectionGuard) -> FastPathHandler? {
        outboxes[ObjectIdentifier(channel.eventLoop)].map { outbox in
            FastPathHandler(responder: responder, scanner: scanner, rest: rest, outbox: outbox)
        }
    }
}
