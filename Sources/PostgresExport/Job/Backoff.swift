/// How long to wait before the next try, and for how long to try at all.
struct Backoff {
    /// From the first failure in a row.
    let limit: Duration
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant?
    private var pause = Self.firstPause

    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    init(limit: Duration) {
        self.limit = limit
    }

    /// The time to wait after a failure; `nil` when the limit would be passed.
    mutating func next() -> Duration? {
        let now = clock.now
        let start = self.start ?? now
        self.start = start
        guard now + pause - start <= limit else { return nil }
        defer { pause = min(pause * 2, Self.longestPause) }
        return pause
    }

    /// Begins anew, after a success.
    mutating func reset() {
        start = nil
        pause = Self.firstPause
    }
}
