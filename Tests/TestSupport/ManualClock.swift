package import LogStorage

/// A clock that moves on a second whenever it is read, and where a test puts it.
package final class ManualClock: Sendable {
    private let microseconds: Monitor<Int64>

    /// Starts at 2026-01-01T00:00:00Z.
    package init(microseconds: Int64 = 1_767_225_600_000_000) {
        self.microseconds = Monitor(microseconds)
    }

    package func now() -> LogTimestamp {
        microseconds.withLock { value in
            value += 1_000_000
            return LogTimestamp(microseconds: value)
        }
    }

    /// Moves the clock, back too.
    package func move(byMicroseconds delta: Int64) {
        microseconds.withLock { $0 += delta }
    }
}
