import LogStorage

/// Lets few backups run at once, and none any more when the server stops.
final class BackupGate: Sendable {
    /// Each takes a reading thread now and then, and the bandwidth of the disk.
    static let limit = 2

    /// How many backups there are and were since the start.
    struct Counts: Sendable {
        var running = 0
        var whole = 0
        var brokenOff = 0
        /// When the last whole one was sent.
        var lastWhole: LogTimestamp?
        var isStopped = false
    }

    /// The right to take one backup, given up with the last reference.
    final class Lease: Sendable {
        private let gate: BackupGate

        fileprivate init(_ gate: BackupGate) {
            self.gate = gate
        }

        deinit {
            gate.state.withLock { $0.running -= 1 }
        }

        /// Whether the backup has to end now, because the server stops.
        var isRevoked: Bool { gate.state.withLock { $0.isStopped } }

        /// Notes that all of it was sent.
        func finish() {
            gate.state.withLock { state in
                state.whole += 1
                state.lastWhole = .now()
            }
        }

        /// Notes that it ended before its end.
        func breakOff() {
            gate.state.withLock { $0.brokenOff += 1 }
        }
    }

    private let state = Monitor(Counts())

    var counts: Counts { state.withLock { $0 } }

    /// Begins a backup.
    ///
    /// - Throws: 503 when as many run already, or the server stops.
    func begin() throws(Problem) -> Lease {
        let isFree = state.withLock { state in
            guard state.running < Self.limit, !state.isStopped else { return false }
            state.running += 1
            return true
        }
        guard isFree else {
            throw Problem(.overloaded, "\(Self.limit) backups are being taken. Try again later.", retryAfter: 60)
        }
        return Lease(self)
    }

    /// Ends those that run, at their next piece, and takes no more.
    func stop() {
        state.withLock { $0.isStopped = true }
    }
}
