import HummingbirdCore

/// Bounds the connections: at the limit the one that has waited longest for its client makes room, and until one has, no
/// further ones are accepted.
struct ConnectionLimit: AvailableConnectionsDelegate {
    /// Descriptors that are left for the log, the event loops and everything else.
    static let reservedDescriptors = 512

    let limit: Int
    let table: ConnectionTable
    private var open = 0

    init(limit: Int, table: ConnectionTable) {
        self.limit = limit
        self.table = table
    }

    mutating func connectionOpened() {
        open += 1
        table.note(open: open)
    }

    mutating func connectionClosed() {
        open -= 1
        if open < limit { table.note(open: open) }
    }

    func isAcceptingNewConnections() -> Bool { open < limit }
}
