import NIOCore

/// Which requests of a connection are being read and answered.
///
/// Requests are read in order and answered in order, so both ends of the list suffice.
struct ConnectionLedger {
    private struct Entry {
        var since: NIODeadline
        var isRead = false
        var isAnswerStarted = false
        var isAnswered = false
    }

    private var entries: [Entry] = []

    /// Nothing is being read or answered.
    var isIdle: Bool { entries.isEmpty }

    /// There is one request and no further one behind it.
    var isOnlyOne: Bool { entries.count == 1 }

    /// The oldest request is the only one, and its answer has not begun.
    var isAwaitingFirstAnswer: Bool { entries.count == 1 && entries.first?.isAnswerStarted == false }

    /// The newest request's body is still coming in.
    var isReadingBody: Bool { entries.last?.isRead == false }

    /// The answer to the newest request has begun, or there is none.
    var isNewestAnswerStarted: Bool { entries.last?.isAnswerStarted ?? true }

    /// When work on the oldest request began.
    var oldest: NIODeadline? { entries.first?.since }

    mutating func headRead(now: NIODeadline) {
        entries.append(Entry(since: now))
    }

    mutating func endRead(now: NIODeadline) {
        guard let last = entries.indices.last else { return }
        entries[last].isRead = true
        removeFinished(now: now)
    }

    mutating func answerStarted() {
        guard let index = entries.firstIndex(where: { !$0.isAnswered }) else { return }
        entries[index].isAnswerStarted = true
    }

    mutating func answerEnded(now: NIODeadline) {
        guard let index = entries.firstIndex(where: { !$0.isAnswered }) else { return }
        entries[index].isAnswered = true
        removeFinished(now: now)
    }

    /// The client takes a long answer: the oldest request gets its full time anew.
    mutating func answerProgressed(now: NIODeadline) {
        if !entries.isEmpty { entries[0].since = now }
    }

    /// A request that waited behind another one gets its full time from now on.
    private mutating func removeFinished(now: NIODeadline) {
        while let first = entries.first, first.isRead, first.isAnswered {
            entries.removeFirst()
            if !entries.isEmpty { entries[0].since = now }
        }
    }
}
