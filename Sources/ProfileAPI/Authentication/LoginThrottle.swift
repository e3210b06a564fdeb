import LogStorage

/// Slows down guessing: failed logins use up a budget per address and one per account.
///
/// A login that succeeds costs nothing, and one that was verified lately is not even asked (see ``CredentialCache``).
/// An account's budget refills several times faster than an address's, so whoever guesses from one address is
/// stopped by that address's budget long before the account's, and its owner still gets in from elsewhere. Only
/// guessing from many addresses at once makes the owner wait, and never longer than it takes for one token.
final class LoginThrottle: Sendable {
    /// The budgets.
    struct Limits: Sendable {
        /// Failures from one address (IPv6: one /64 network): 10 at once, then one every 10 seconds.
        var address = TokenBucket.Rate(capacity: 10, secondsPerToken: 10)
        /// Failures of one account from wherever: 30 at once, then one every 2 seconds.
        var account = TokenBucket.Rate(capacity: 30, secondsPerToken: 2)
        /// Addresses, and accounts, that are remembered at most.
        var tableSize = 10_000
    }

    private struct State {
        var addresses: BucketTable
        var accounts: BucketTable
    }

    private let state: Monitor<State>
    private let now: @Sendable () -> Duration

    /// - Parameter now: a clock that never steps back; tests give their own.
    init(limits: Limits = Limits(), now: @escaping @Sendable () -> Duration = LoginThrottle.monotonicTime) {
        self.now = now
        state = Monitor(
            State(
                addresses: BucketTable(rate: limits.address, limit: limits.tableSize),
                accounts: BucketTable(rate: limits.account, limit: limits.tableSize)
            )
        )
    }

    /// Time since some fixed instant of this process.
    static let monotonicTime: @Sendable () -> Duration = {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }()

    /// Seconds to wait until the next attempt, or nil when one may be made now. Spends nothing.
    func refusal(account: String, address: String) -> Int? {
        let time = now()
        return state.withLock { state in Self.wait(state, account, address, time) }
    }

    /// Starts an attempt: takes a token of both budgets, or answers how many seconds to wait.
    func begin(account: String, address: String) -> Int? {
        let time = now()
        return state.withLock { state in
            if let wait = Self.wait(state, account, address, time) { return wait }
            state.addresses.take(address, now: time)
            state.accounts.take(account, now: time)
            return nil
        }
    }

    /// Counts a failed attempt that belongs to no account, or answers how many seconds to wait.
    func begin(address: String) -> Int? {
        let time = now()
        return state.withLock { state in
            let wait = state.addresses.wait(address, now: time)
            if wait > 0 { return max(1, Int(wait.rounded(.up))) }
            state.addresses.take(address, now: time)
            return nil
        }
    }

    /// The attempt was good: what ``begin(account:address:)`` took is given back.
    func succeed(account: String, address: String) {
        let time = now()
        state.withLock { state in
            state.addresses.refund(address, now: time)
            state.accounts.refund(account, now: time)
        }
    }

    private static func wait(_ state: State, _ account: String, _ address: String, _ time: Duration) -> Int? {
        let seconds = max(state.addresses.wait(address, now: time), state.accounts.wait(account, now: time))
        return seconds > 0 ? max(1, Int(seconds.rounded(.up))) : nil
    }
}
