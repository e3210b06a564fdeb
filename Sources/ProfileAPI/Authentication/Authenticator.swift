import LogStorage
import NIOPosix

/// Tells who sent a request, at the price of a password hash only when it has to.
///
/// A token costs one SHA-256 and no wait. A good one passes even while guessing from its address is stopped.
///
/// Equal credentials that arrive while they are being checked share the one check; at most as many hashes run at
/// once as the pool has threads, and at most ``waitingLimit`` logins wait for one.
final class Authenticator: Sendable {
    /// Logins that may wait for a hash; beyond it callers get 429.
    static let waitingLimit = 256

    private enum Outcome: Sendable {
        case account(Account)
        case refused
        case throttled(seconds: Int)
    }

    private let directory: AccountDirectory
    private let cache: CredentialCache
    private let throttle: LoginThrottle
    private let hashing: NIOThreadPool
    private let wallClock: @Sendable () -> LogTimestamp
    private let checks = Monitor<[CredentialCache.Key: Task<Outcome, Never>]>([:])

    init(
        directory: AccountDirectory,
        hashing: NIOThreadPool,
        cache: CredentialCache = CredentialCache(),
        throttle: LoginThrottle = LoginThrottle(),
        wallClock: @escaping @Sendable () -> LogTimestamp = LogTimestamp.now
    ) {
        self.directory = directory
        self.hashing = hashing
        self.cache = cache
        self.throttle = throttle
        self.wallClock = wallClock
    }

    /// The account or token behind an `Authorization` header.
    ///
    /// - Throws: 401 without good credentials, 429 when too many logins failed or wait.
    func account(authorization header: String?, from address: ClientAddress) async throws(Problem) -> Caller {
        guard let header else {
            throw Challenge.problem(
                "Log in with a name and a password (HTTP Basic authentication) or with a token (Bearer).",
                [Challenge.basic, Challenge.bearer]
            )
        }
        if let token = BearerToken.text(header: header) {
            return try caller(token: token, origin: address.throttleKey)
        }
        return try await caller(header: header, origin: address.throttleKey)
    }

    // MARK: - Tokens

    private func caller(token text: String, origin: String) throws(Problem) -> Caller {
        let token = directory.token(TokenDigest(of: text))
        if let token, !token.isExpired(at: wallClock()) { return Caller(token) }
        if let seconds = throttle.begin(address: origin) { throw Self.throttled(seconds) }
        throw Challenge.problem(Self.reason(text, token), [Challenge.invalidToken])
    }

    private static func reason(_ text: String, _ token: APIToken?) -> String {
        if token != nil { return "The token has expired." }
        if TokenText.isWellFormed(text) { return "The token is unknown or was revoked." }
        return "This is no token: one begins with \(TokenText.prefix) and has \(TokenText.length) characters."
    }

    // MARK: - Passwords

    private func caller(header: String, origin: String) async throws(Problem) -> Caller {
        let key = cache.key(for: header)
        if let entry = rememberedEntry(key) { return Caller(entry.account) }
        let credentials: BasicCredentials
        do {
            credentials = try BasicCredentials(header: header)
        } catch {
            throw Challenge.problem(error.detail, error.challenges)
        }
        if let seconds = throttle.refusal(account: credentials.name, address: origin) { throw Self.throttled(seconds) }
        switch await check(credentials, key: key, origin: origin) {
        case .account(let account): return Caller(account)
        case .refused: throw Challenge.problem("The name or the password is wrong.", [Challenge.basic])
        case .throttled(let seconds): throw Self.throttled(seconds)
        }
    }

    /// Who is behind an `Authorization` header, if that needs no password hash: a token, or credentials that were verified
    /// lately. Never blocks, and counts nothing as a failed try.
    ///
    /// - Parameter proven: whom the connection's last request came from; the same again costs a comparison.
    func knownCaller(authorization header: UnsafeRawBufferPointer, proven: inout ProvenLogin?) -> Caller? {
        // Asked for before anything is looked up: a change in between makes the login an old one at once.
        let revision = directory.revision
        if let proven, proven.holds(for: header, revision: revision, now: cache.now(), wallClock: wallClock) {
            return proven.caller
        }
        proven = provenLogin(header, revision)
        return proven?.caller
    }

    private func provenLogin(_ header: UnsafeRawBufferPointer, _ revision: UInt64) -> ProvenLogin? {
        if let text = BearerToken.text(header: String(decoding: header, as: UTF8.self)) {
            guard let token = directory.token(TokenDigest(of: text)), !token.isExpired(at: wallClock()) else {
                return nil
            }
            return ProvenLogin(header: header, caller: Caller(token), revision: revision, end: .token(token))
        }
        guard let entry = rememberedEntry(cache.key(for: header)) else { return nil }
        return ProvenLogin(
            header: header,
            caller: Caller(entry.account),
            revision: revision,
            end: .monotonic(entry.expires)
        )
    }

    /// What was verified counts only while the account is what it was then.
    private func rememberedEntry(_ key: CredentialCache.Key) -> CredentialCache.Entry? {
        guard let entry = cache.entry(for: key), directory.account(named: entry.account.name) == entry.account else {
            return nil
        }
        return entry
    }

    private func check(_ credentials: BasicCredentials, key: CredentialCache.Key, origin: String) async -> Outcome {
        let task = checks.withLock { checks -> Task<Outcome, Never>? in
            if let running = checks[key] { return running }
            guard checks.count < Self.waitingLimit else { return nil }
            let task = Task { await self.run(credentials, key: key, origin: origin) }
            checks[key] = task
            return task
        }
        guard let task else { return .throttled(seconds: 1) }
        return await task.value
    }

    private func run(_ credentials: BasicCredentials, key: CredentialCache.Key, origin: String) async -> Outcome {
        let outcome = try? await hashing.runIfActive { self.verify(credentials, origin: origin) }
        if case .account(let account)? = outcome { cache.remember(account, for: key) }
        checks.withLock { $0[key] = nil }
        return outcome ?? .throttled(seconds: 1)
    }

    /// Blocks for one hash. The budget is asked here, where at most a few run at once, so that many logins with
    /// good passwords at the same time do not use it up between them.
    private func verify(_ credentials: BasicCredentials, origin: String) -> Outcome {
        if let seconds = throttle.begin(account: credentials.name, address: origin) {
            return .throttled(seconds: seconds)
        }
        guard let account = directory.account(named: credentials.name) else {
            _ = directory.decoy.matches(credentials.password)
            return .refused
        }
        guard account.password.matches(credentials.password) else { return .refused }
        throttle.succeed(account: credentials.name, address: origin)
        return .account(account)
    }

    private static func throttled(_ seconds: Int) -> Problem {
        Problem(
            .tooManyLogins,
            "Too many failed logins for this account or from this address. Try again in \(seconds) s.",
            retryAfter: seconds
        )
    }
}
