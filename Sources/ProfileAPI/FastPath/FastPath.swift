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

    /// The handler of a connection on `loop`. On one of another group it sends by itself.
    func handler(on loop: any EventLoop, scanner: RequestScanner, rest: ConnectionGuard) -> FastPathHandler {
        let outbox = outboxes[ObjectIdentifier(loop)] ?? Outbox(loop)
        return FastPathHandler(responder: responder, scanner: scanner, rest: rest, outbox: outbox)
    }
}
