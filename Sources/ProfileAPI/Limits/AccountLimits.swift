import LogStorage

/// Bounds what one account may ask of the server: requests at the same time and, if wanted, a second.
final class AccountLimits: Sendable {
    /// Accounts whose rate is remembered at most; the most recovered ones are forgotten first.
    private static let tableSize = 10_000

    private struct State {
        var running: [String: Int] = [:]
        var rates: BucketTable?
    }

    private let atOnce: Int
    private let state: Monitor<State>
    private let now: @Sendable () -> Duration

    /// - Parameters:
    ///   - atOnce: requests of an account at the same time.
    ///   - perSecond: requests of an account a second, and how many of them may come at once; 0 for any number.
    ///   - now: a clock that never steps back.
    init(atOnce: Int, perSecond: Int, now: @escaping @Sendable () -> Duration = LoginThrottle.monotonicTime) {
        self.atOnce = atOnce
        self.now = now
        let rate = TokenBucket.Rate(capacity: Double(perSecond), secondsPerToken: 1 / Double(max(1, perSecond)))
        state = Monitor(State(rates: perSecond > 0 ? BucketTable(rate: rate, limit: Self.tableSize) : nil))
    }

    /// Counts a request that begins.
    ///
    /// - Returns: what counts it until it is released.
    /// - Throws: 429 with `Retry-After` when the account has too many.
    func begin(_ account: String) throws(Problem) -> AccountSlot {
        let seconds = state.withLock { state -> Int? in
            if state.running[account, default: 0] >= atOnce { return 1 }
            if state.rates != nil {
                let time = now()
                let wait = state.rates?.wait(account, now: time) ?? 0
                if wait > 0 { return max(1, Int(wait.rounded(.up))) }
                state.rates?.take(account, now: time)
            }
            state.running[account, default: 0] += 1
            return nil
        }
        guard let seconds else { return AccountSlot(account, of: self) }
        throw Problem(
            .tooManyRequests,
            "This account has too many requests under way. Try again in \(seconds) s.",
            retryAfter: seconds
        )
    }

    fileprivate func end(_ account: String) {
        state.withLock { state in
            let left = state.running[account, default: 1] - 1
            state.running[account] = left > 0 ? left : nil
        }
    }
}

/// A request of an account that is under way. It is counted until this is released, whatever becomes of the request.
final class AccountSlot: Sendable {
    private let account: String
    private let limits: AccountLimits

    fileprivate init(_ account: String, of limits: AccountLimits) {
        self.account = account
        self.limits = limits
    }

    deinit {
        limits.end(account)
    }
}
