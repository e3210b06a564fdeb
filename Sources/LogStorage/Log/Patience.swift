/// Whether a thread that has nothing to do looks for work for a while, or sleeps at once.
///
/// It looks as long as the last pause was a short one: where work comes seldom, nothing is spent on looking for it, and
/// when it stops to come, no more than one limit.
struct Patience {
    private let limit: Duration
    private var isLooking = false

    /// - Parameter limit: how long to look at most, and how short a pause has to be for the next one to be like it.
    init(_ limit: Duration) {
        self.limit = limit
    }

    /// Returns when there is work.
    ///
    /// - Parameters:
    ///   - isThere: asked again and again; must not block.
    ///   - sleep: blocks until there is work.
    mutating func wait(until isThere: () -> Bool, sleep: () -> Void) {
        guard limit > .zero else { return sleep() }
        let start = ContinuousClock.now
        var elapsed = Duration.zero
        while isLooking, elapsed < limit, !isThere() {
            // Whoever else is ready to run goes first, the thread that is about to bring the work among them.
            WorkerThread.yield()
            elapsed = start.duration(to: .now)
        }
        if !isThere() { sleep() }
        isLooking = start.duration(to: .now) <= limit
    }
}
