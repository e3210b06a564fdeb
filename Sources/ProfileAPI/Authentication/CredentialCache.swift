import LogStorage
import Crypto

/// Remembers for a short while that credentials were good, so that not every request costs a hash.
///
/// What is kept is an HMAC of the `Authorization` header under a random key of this process: no password, nothing
/// that could be tried elsewhere. Failures are never kept.
struct CredentialCache: Sendable {
    /// An HMAC-SHA-256 of a header.
    struct Key: Sendable, Hashable {
        fileprivate let mac: [UInt8]
    }

    /// An account whose password was verified.
    struct Entry {
        let account: Account
        /// Until when that counts, by the cache's clock.
        let expires: Duration
    }

    /// An HMAC that has taken in its random key and nothing else.
    private let keyed = HMAC<SHA256>(key: SymmetricKey(size: .bits256))
    private let entries = Monitor<[Key: Entry]>([:])
    var capacity = 1024
    var lifetime = Duration.seconds(300)
    var now = LoginThrottle.monotonicTime

    /// The name under which a header's outcome is kept.
    func key(for header: String) -> Key {
        var header = header
        return header.withUTF8 { key(for: UnsafeRawBufferPointer($0)) }
    }

    /// The name under which a header's outcome is kept.
    func key(for header: UnsafeRawBufferPointer) -> Key {
        var hmac = keyed
        hmac.update(data: header)
        return Key(mac: Array(hmac.finalize()))
    }

    /// The account that `key` was verified for, while that is fresh.
    func entry(for key: Key) -> Entry? {
        let time = now()
        return entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            if entry.expires > time { return entry }
            entries[key] = nil
            return nil
        }
    }

    /// Keeps that `key` is good.
    func remember(_ account: Account, for key: Key) {
        let time = now()
        entries.withLock { entries in
            if entries.count >= capacity { entries = entries.filter { $0.value.expires > time } }
            if entries.count >= capacity, let oldest = entries.min(by: { $0.value.expires < $1.value.expires }) {
                entries[oldest.key] = nil
            }
            entries[key] = Entry(account: account, expires: time + lifetime)
        }
    }
}
