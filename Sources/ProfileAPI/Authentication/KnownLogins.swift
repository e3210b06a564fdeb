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

    func contains(_ account: String, _ address: String) -> Bool {
        logins[account]?[address] != nil
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
