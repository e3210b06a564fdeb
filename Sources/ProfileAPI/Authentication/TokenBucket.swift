/// A budget that is spent in whole tokens and refills steadily up to its capacity.
struct TokenBucket: Sendable {
    /// Size and speed of a bucket.
    struct Rate: Sendable, Hashable {
        /// Tokens of a full bucket.
        let capacity: Double
        /// Seconds until one more token is there.
        let secondsPerToken: Double
    }

    private var tokens: Double
    private var updated: Duration

    init(full rate: Rate, now: Duration) {
        tokens = rate.capacity
        updated = now
    }

    /// How many tokens are there at `now`.
    func available(_ rate: Rate, now: Duration) -> Double {
        let elapsed = max(.zero, now - updated)
        return min(rate.capacity, tokens + elapsed / .seconds(1) / rate.secondsPerToken)
    }

    /// Takes a token; the caller has made sure that one is there.
    mutating func take(_ rate: Rate, now: Duration) {
        tokens = available(rate, now: now) - 1
        updated = max(updated, now)
    }

    /// Gives a token back.
    mutating func refund(_ rate: Rate, now: Duration) {
        tokens = min(rate.capacity, available(rate, now: now) + 1)
        updated = max(updated, now)
    }

    /// Seconds until a whole token is there: 0 when it already is.
    func wait(_ rate: Rate, now: Duration) -> Double {
        max(0, 1 - available(rate, now: now)) * rate.secondsPerToken
    }
}
