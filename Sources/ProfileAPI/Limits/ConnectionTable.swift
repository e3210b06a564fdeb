import NIOCore
import Synchronization

/// All open connections, by event loop, so that room can be made when there are too many.
final class ConnectionTable: Sendable {
    /// The connections of one event loop, for that loop only.
    private final class Connections {
        var doors: [ObjectIdentifier: ConnectionDoor] = [:]
        var isLookingAgain = false
        /// Those of HTTP/2, of all doors.
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
    init(limit: Int, grace: TimeAmount, group: any EventLoopGroup) {
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

    func add(_ door: ConnectionDoor, on loop: any EventLoop) {
        loops[ObjectIdentifier(loop)]?.value.doors[ObjectIdentifier(door)] = door
    }

    func remove(_ door: ConnectionDoor, on loop: any EventLoop) {
        guard let connections = loops[ObjectIdentifier(loop)]?.value else { return }
        if connections.doors.removeValue(forKey: ObjectIdentifier(door)) != nil { connections.streams -= door.streams }
    }

    /// A stream takes memory as a connection does, so there may be as many, and each connection may have all of its own.
    private var streamLimit: Int { max(HTTP2Limits.concurrentStreams, limit / max(1, loops.count)) }

    /// Counts streams of one of the loop's connections, and makes room when there are too many of all.
    func addStreams(_ count: Int, of door: ConnectionDoor, on loop: any EventLoop) {
        guard let box = loops[ObjectIdentifier(loop)], box.value.doors[ObjectIdentifier(door)] != nil else { return }
        door.streams += count
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
        let waiting = box.value.doors.values.compactMap { door -> (since: NIODeadline, door: ConnectionDoor)? in
            door.streams > 0 ? door.waitingSince.map { ($0, door) } : nil
        }
        for entry in waiting.sorted(by: { $0.since < $1.since }) where excess > 0 {
            excess -= entry.door.streams
            entry.door.close()
        }
    }

    /// Closes those of the loop's connections that have waited longest for their clients.
    private func makeRoom(_ box: NIOLoopBoundBox<Connections>) {
        guard isFull.load(ordering: .relaxed) else { return }
        let share = max(1, limit / Self.shareOfLimit / max(1, loops.count))
        let latest = NIODeadline.now() - grace
        var waiting = box.value.doors.values.compactMap { door -> (since: NIODeadline, door: ConnectionDoor)? in
            guard let since = door.waitingSince, since <= latest else { return nil }
            return (since, door)
        }
        if waiting.count > share { waiting.sort { $0.since < $1.since } }
        for entry in waiting.prefix(share) { entry.door.close() }
        guard waiting.isEmpty, !box.value.isLookingAgain else { return }
        box.value.isLookingAgain = true
        box.eventLoop.scheduleTask(in: grace) {
            box.value.isLookingAgain = false
            self.makeRoom(box)
        }
    }
}
