import LogStorage

/// Slows down guessing of passwords, without keeping an account's owner out.
///
/// A login attempt spends a token of one of two kinds of budget:
/// - A pair of account and address that has logged in before has a reserve of its own. No other address and no other
///   account can use it up.
/// - All other attempts share two budgets: one of the address, and one that all unknown addresses have together for the
///   account.
///
/// A login that succeeds gets its token back. One that was verified lately spends nothing (see ``CredentialCache``).
final class LoginThrottle: Sendable {
    /// The budgets.
    struct Limits: Sendable {
        /// Failures from one address (IPv6: one /64 network): 10 at once, then one every 10 seconds.
        var address = TokenBucket.Rate(capacity: 10, secondsPerToken: 10)
        /// Failures of one account from all unknown addresses together: 30 at once, then one a second.
        var account = TokenBucket.Rate(capacity: 30, secondsPerToken: 1)
        /// Failures of a pair of account and address that has logged in before: 10 at once, then one every 10 seconds.
        var known = TokenBucket.Rate(capacity: 10, secondsPerToken: 10)
        /// The most addresses, and the most accounts, whose failures are remembered.
        var tableSize = 10_000
        /// The most known addresses of one account.
        var knownAddresses = 100
    }

    private struct State {
        var addresses: BucketTable
        var accounts: BucketTable
        var known: KnownLogins

        /// Seconds until the attempt may be made: 0 for now.
        func wait(_ account: String, _ address: String, _ time: Duration) -> Double {
            known.wait(account, address, now: time)
                ?? max(addresses.wait(address, now: time), accounts.wait(account, now: time))
        }
    }

    private let state: Monitor<State>
    private let now: @Sendable () -> Duration

    /// - Parameter now: a clock that never steps back; tests give their own.
    init(limits: Limits = Limits(), now: @escaping @Sendable () -> Duration = LoginThrottle.monotonicTime) {
        self.now = now
        state = Monitor(
            State(
                addresses: BucketTable(rate: limits.address, limit: limits.tableSize),
                accounts: BucketTable(rate: limits.account, limit: limits.tableSize),
                known: KnownLogins(rate: limits.known, addressesPerAccount: limits.knownAddresses)
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
        return state.withLock { Self.seconds($0.wait(account, address, time)) }
    }

    /// Starts an attempt: spends what it costs, or answers how many seconds to wait.
    func begin(account: String, address: String) -> Int? {
        let time = now()
        return state.withLock { state in
            if let seconds = Self.seconds(state.wait(account, address, time)) { return seconds }
            if state.known.take(account, address, now: time) { return nil }
            state.addresses.take(address, now: time)
            state.accounts.take(account, now: time)
            return nil
        }
    }

    /// Counts a failed attempt that belongs to no account, or answers how many seconds to wait.
    func begin(address: String) -> Int? {
        let time = now()
        return state.withLock { state in
            if let seconds = Self.seconds(state.addresses.wait(address, now: time)) { return seconds }
            state.addresses.take(address, now: time)
            return nil
        }
    }

    /// The attempt was good: what ``begin(account:address:)`` spent is given back.
    func succeed(account: String, address: String) {
        let time = now()
        state.withLock { state in
            if state.known.refund(account, address, now: time) { return }
            state.addresses.refund(address, now: time)
            state.accounts.refund(account, now: time)
        }
    }

    /// Notes that the account has logged in from the address, which gives the pair a reserve of its own.
    func remember(account: String, address: String) {
        let time = now()
        state.withLock { $0.known.remember(account, address, now: time) }
    }

    /// Whether the account has logged in from the address before.
    func isKnown(account: String, address: String) -> Bool {
        let time = now()
        return state.withLock { $0.known.wait(account, address, now: time) != nil }
    }

    private static func seconds(_ wait: Double) -> Int? {
        wait > 0 ? max(1, Int(wait.rounded(.up))) : nil
    }
}

/// The addresses from which accounts have logged in, each pair of account and address with a budget of failures of its own.
///
/// An account keeps a bounded number of addresses; the one that logged in longest ago is forgotten first. One account
/// cannot make another's addresses be forgotten.
struct KnownLogins: Sendable {
    private struct Login {
        var reserve: TokenBucket
        var last: Duration
    }

    let rate: TokenBucket.Rate
    let addressesPerAccount: Int
    private var logins: [String: [String: Login]] = [:]

    init(rate: TokenBucket.Rate, addressesPerAccount: Int) {
        self.rate = rate
        self.addressesPerAccount = addressesPerAccount
    }

    /// Seconds until the pair has a token; nil for a pair that has never logged in.
    func wait(_ account: String, _ address: String, now: Duration) -> Double? {
        logins[account]?[address]?.reserve.wait(rate, now: now)
    }

    /// Takes a token of the pair's budget; false for a pair that has never logged in.
    mutating func take(_ account: String, _ address: String, now: Duration) -> Bool {
        logins[account]?[address]?.reserve.take(rate, now: now) != nil
    }

    /// Gives a token back; false for a pair that has never logged in.
    mutating func refund(_ account: String, _ address: String, now: Duration) -> Bool {
        logins[account]?[address]?.reserve.refund(rate, now: now) != nil
    }

    /// Notes that the account has logged in from the address.
    mutating func remember(_ account: String, _ address: String, now: Duration) {
        if logins[account]?[address] != nil {
            logins[account]?[address]?.last = now
            return
        }
        var own = logins[account] ?? [:]
        if own.count >= addressesPerAccount, let oldest = own.min(by: { $0.value.last < $1.value.last }) {
            own[oldest.key] = nil
        }
        own[address] = Login(reserve: TokenBucket(full: rate, now: now), last: now)
        logins[account] = own
    }
}
