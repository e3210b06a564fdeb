package import NIOCore
import Synchronization

/// All open connections, by event loop, so that room can be made when there are too many.
package final class ConnectionTable: Sendable {
    /// The connections of one event loop, for that loop only.
    private final class Connections {
        var tracked: [ObjectIdentifier: TrackedConnection] = [:]
        var isLookingAgain = false
        /// Open streams of HTTP/2 of all of them.
        var streams = 0
        var isEndingStreams = false
    }

    /// Looking for the longest waiting takes a look at all, so it is done for as many new ones at once.
    private static let shareOfLimit = 128

    private let limit: Int
    private let grace: TimeAmount
    private let loops: [ObjectIdentifier: NIOLoopBoundBox<Connections>]
    private let isFull = Atomic<Bool>(false)

    /// - Parameters:
    ///   - limit: connections at the same time.
    ///   - grace: how long a connection may wait for its client before it counts as one that could make room.
    package init(limit: Int, grace: TimeAmount, group: any EventLoopGroup) {
        self.limit = limit
        self.grace = grace
        var loops: [ObjectIdentifier: NIOLoopBoundBox<Connections>] = [:]
        for loop in group.makeIterator() {
            loops[ObjectIdentifier(loop)] = .makeBoxSendingValue(Connections(), eventLoop: loop)
        }
        self.loops = loops
    }

    /// Notes how many connections are open; at the limit, makes room now or as soon as one of them has waited long enough.
    func note(open: Int) {
        isFull.store(open >= limit, ordering: .relaxed)
        guard open >= limit else { return }
        for box in loops.values {
            box.eventLoop.execute { self.makeRoom(box) }
        }
    }

    // MARK: - On the connection's event loop

    func add(_ connection: TrackedConnection) {
        loops[ObjectIdentifier(connection.eventLoop)]?.value.tracked[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: TrackedConnection) {
        guard let connections = loops[ObjectIdentifier(connection.eventLoop)]?.value else { return }
        if connections.tracked.removeValue(forKey: ObjectIdentifier(connection)) != nil {
            connections.streams -= connection.streams
        }
    }

    /// A stream takes memory as a connection does, so there may be as many, and each connection may have all of its own.
    private var streamLimit: Int { max(HTTP2Limits.concurrentStreams, limit / max(1, loops.count)) }

    /// Counts streams of one of the loop's connections, and makes room when there are too many of all.
    func addStreams(_ count: Int, of connection: TrackedConnection) {
        guard let box = loops[ObjectIdentifier(connection.eventLoop)],
            box.value.tracked[ObjectIdentifier(connection)] != nil
        else { return }
        connection.streams += count
        box.value.streams += count
        guard box.value.streams > streamLimit, !box.value.isEndingStreams else { return }
        box.value.isEndingStreams = true
        // Later, since this one is just being opened.
        box.eventLoop.execute { self.endStreams(box) }
    }

    /// Closes those of the connections with streams that have waited longest for their clients, as many as it takes.
    private func endStreams(_ box: NIOLoopBoundBox<Connections>) {
        box.value.isEndingStreams = false
        var excess = box.value.streams - streamLimit
        guard excess > 0 else { return }
        for connection in waiting(box.value, { $0.streams > 0 }) where excess > 0 {
            excess -= connection.streams
            connection.close()
        }
    }

    /// The connections that wait for their clients, the longest waiting first.
    private func waiting(
        _ connections: Connections,
        _ isWanted: (TrackedConnection) -> Bool
    ) -> [TrackedConnection] {
        let found = connections.tracked.values.compactMap { connection -> (since: NIODeadline, TrackedConnection)? in
            isWanted(connection) ? connection.waiting.map { ($0, connection) } : nil
        }
        return found.sorted { $0.since < $1.since }.map(\.1)
    }

    /// Closes those of the loop's connections that have waited longest for their clients.
    private func makeRoom(_ box: NIOLoopBoundBox<Connections>) {
        guard isFull.load(ordering: .relaxed) else { return }
        let share = max(1, limit / Self.shareOfLimit / max(1, loops.count))
        let latest = NIODeadline.now() - grace
        let waiting = waiting(box.value) { connection in connection.waiting.map { $0 <= latest } ?? false }
        for connection in waiting.prefix(share) { connection.close() }
        guard waiting.isEmpty, !box.value.isLookingAgain else { return }
        box.value.isLookingAgain = true
        box.eventLoop.scheduleTask(in: grace) {
            box.value.isLookingAgain = false
            self.makeRoom(box)
        }
    }
}
