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
    }

    private struct State: Sendable {
        var counts = Counts()
        var isStopped = false
        /// What ends those that run.
        var revocations: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    /// The right to take one backup, given up with the last reference.
    final class Lease: Sendable {
        private let gate: BackupGate

        fileprivate init(_ gate: BackupGate) {
            self.gate = gate
        }

        deinit {
            gate.state.withLock { state in
                state.counts.running -= 1
                state.revocations[ObjectIdentifier(self)] = nil
            }
        }

        /// Has `action` run when the backup has to end now, because the server stops.
        func whenRevoked(_ action: @escaping @Sendable () -> Void) {
            let isStopped = gate.state.withLock { state in
                state.revocations[ObjectIdentifier(self)] = action
                return state.isStopped
            }
            if isStopped { action() }
        }

        /// Notes whether all of it was sent.
        func ended(isWhole: Bool) {
            gate.state.withLock { state in
                if isWhole { state.counts.lastWhole = .now() }
                state.counts.whole += isWhole ? 1 : 0
                state.counts.brokenOff += isWhole ? 0 : 1
            }
        }
    }

    private let state = Monitor(State())

    var counts: Counts { state.withLock { $0.counts } }

    /// Begins a backup.
    ///
    /// - Throws: 503 when as many run already, or the server stops.
    func begin() throws(Problem) -> Lease {
        let isFree = state.withLock { state in
            guard state.counts.running < Self.limit, !state.isStopped else { return false }
            state.counts.running += 1
            return true
        }
        guard isFree else {
            throw Problem(.overloaded, "\(Self.limit) backups are being taken. Try again later.", retryAfter: 60)
        }
        return Lease(self)
    }

    /// Ends those that run, and takes no more.
    func stop() {
        let revocations = state.withLock { state in
            state.isStopped = true
            return Array(state.revocations.values)
        }
        for revoke in revocations { revoke() }
    }
}
