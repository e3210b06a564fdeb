import Synchronization

/// A clock that moves only when a test says so.
final class TestClock: Sendable {
    private let time = Mutex<Duration>(.zero)

    var now: @Sendable () -> Duration {
        { self.time.withLock { $0 } }
    }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration }
    }
}
