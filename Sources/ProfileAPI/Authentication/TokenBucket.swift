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

/// One bucket a key, at most `limit` of them: what is forgotten first is what has recovered most.
struct BucketTable: Sendable {
    let rate: TokenBucket.Rate
    let limit: Int
    private(set) var buckets: [String: TokenBucket] = [:]

    var count: Int { buckets.count }

    /// Seconds until `key` has a token.
    func wait(_ key: String, now: Duration) -> Double {
        buckets[key]?.wait(rate, now: now) ?? 0
    }

    /// Takes a token of `key`'s bucket.
    mutating func take(_ key: String, now: Duration) {
        if buckets[key] == nil, buckets.count >= limit { makeRoom(now: now) }
        buckets[key, default: TokenBucket(full: rate, now: now)].take(rate, now: now)
    }

    /// Gives a token back; a bucket that is full again is forgotten.
    mutating func refund(_ key: String, now: Duration) {
        guard var bucket = buckets[key] else { return }
        bucket.refund(rate, now: now)
        buckets[key] = bucket.available(rate, now: now) >= rate.capacity ? nil : bucket
    }

    private mutating func makeRoom(now: Duration) {
        buckets = buckets.filter { $0.value.available(rate, now: now) < rate.capacity }
        guard buckets.count >= limit else { return }
        let mostRecovered = buckets.max { $0.value.available(rate, now: now) < $1.value.available(rate, now: now) }
        if let mostRecovered { buckets[mostRecovered.key] = nil }
    }
}
