import HTTPTransport
import LogStorage
import NIOCore
import NIOPosix

/// Tells who sent a request, at the price of a password hash only when it has to.
///
/// A token costs one SHA-256 and no wait. A good one passes even while guessing from its address is stopped.
///
/// Equal credentials that arrive while they are being checked share the one check; at most as many hashes run at
/// once as the pool has threads, and at most ``waitingLimit`` logins wait for one. Guessing can fill that queue, so
/// accounts at addresses where they have logged in before have ``knownWaitingLimit`` places more.
final class Authenticator: Sendable {
    /// Logins that may wait for a hash; beyond it callers get 429.
    static let waitingLimit = 256
    /// Further places for logins of known pairs of account and address.
    static let knownWaitingLimit = 64

    /// Takes the caller, once, on any thread.
    typealias Completion = @Sendable (Result<Caller, Problem>) -> Void

    /// Who sent a request.
    enum Login {
        case caller(Caller)
        /// A password has to be hashed. The closure starts that.
        case later((@escaping Completion) -> Void)
    }

    private enum Outcome: Sendable {
        case account(Account)
        case refused
        case throttled(seconds: Int)
    }

    /// A password check that equal credentials share. Known pairs of account and address do not share the checks of
    /// unknown ones, which guessing may make wait.
    private struct Check: Hashable {
        let credentials: CredentialCache.Key
        let isKnown: Bool
    }

    private let directory: AccountDirectory
    private let cache: CredentialCache
    private let throttle: LoginThrottle
    private let hashing: NIOThreadPool
    private let wallClock: @Sendable () -> LogTimestamp
    /// The logins that wait for each check.
    private let checks = Monitor<[Check: [Completion]]>([:])

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

    /// The account or token behind the field `Authorization` of a request. Never blocks.
    ///
    /// - Parameter known: the login of the connection's last request; the same again costs a comparison.
    /// - Throws: 401 without good credentials, 429 when too many logins failed or wait.
    func login(
        _ head: RequestHead,
        from address: ClientAddress,
        known: inout ProvenLogin?
    ) throws(Problem) -> Login {
        guard let field = head.bytes(of: "authorization") else { throw Challenge.missing }
        // Joined, as repeated fields are, two would be taken for one that is malformed, or for a guess.
        guard !head.isRepeated("authorization") else { throw Challenge.repeated }
        // Asked for before anything is looked up: a change in between makes the login an old one at once.
        let revision = directory.revision
        known = field.withUnsafeReadableBytes { header in
            if let known, known.holds(for: header, revision: revision, now: cache.now(), wallClock: wallClock) {
                return known
            }
            return provenLogin(header, revision, origin: address.throttleKey)
        }
        if let known { return .caller(known.caller) }
        let header = head.value(of: "authorization") ?? ""
        if let token = Self.token(in: header) {
            throw refusal(token: token, origin: address.throttleKey)
        }
        let credentials: BasicCredentials
        do {
            credentials = try BasicCredentials(header: header)
        } catch {
            throw Challenge.problem(error.detail)
        }
        let origin = address.throttleKey
        if let seconds = throttle.refusal(account: credentials.name, address: origin) { throw Self.throttled(seconds) }
        return .later { [self] in check(credentials, key: cache.key(for: header), origin: origin, $0) }
    }

    /// What needs no hash: a token, or a password that was verified lately.
    private func provenLogin(
        _ header: UnsafeRawBufferPointer,
        _ revision: UInt64,
        origin: String
    ) -> ProvenLogin? {
        if let text = Self.token(in: String(decoding: header, as: UTF8.self)) {
            guard let token = directory.token(TokenDigest(of: text)), !token.isExpired(at: wallClock()) else {
                return nil
            }
            return ProvenLogin(header: header, caller: Caller(token), revision: revision, end: .token(token))
        }
        // What was verified counts only while the account is what it was then.
        guard let entry = cache.entry(for: cache.key(for: header)),
            directory.account(named: entry.account.name) == entry.account
        else { return nil }
        // It is a login from this address like any other.
        throttle.remember(account: entry.account.name, address: origin)
        let caller = Caller(entry.account)
        return ProvenLogin(header: header, caller: caller, revision: revision, end: .monotonic(entry.expires))
    }

    // MARK: - Tokens

    /// What the header `Bearer <token>` holds (RFC 6750, section 2.1): an empty text when the token is missing, `nil` for any
    /// other scheme.
    private static func token(in header: String) -> String? {
        let scheme = header.prefix { $0 != " " }
        guard scheme.utf8.count == 6, scheme.lowercased() == "bearer" else { return nil }
        return String(header.dropFirst(scheme.count).drop { $0 == " " })
    }

    /// Why a token is not good.
    private func refusal(token text: String, origin: String) -> Problem {
        if let seconds = throttle.begin(address: origin) { return Self.throttled(seconds) }
        return Challenge.problem(
            Self.reason(text, directory.token(TokenDigest(of: text))),
            bearer: Challenge.invalidToken
        )
    }

    private static func reason(_ text: String, _ token: APIToken?) -> String {
        if token != nil { return "The token has expired." }
        if TokenText.isWellFormed(text) { return "The token is unknown or was revoked." }
        return "This is no token: one begins with \(TokenText.prefix) and has \(TokenText.length) characters."
    }

    // MARK: - Passwords

    private func check(
        _ credentials: BasicCredentials,
        key: CredentialCache.Key,
        origin: String,
        _ completion: @escaping Completion
    ) {
        enum Place { case first, behind, full }
        let isKnown = throttle.isKnown(account: credentials.name, address: origin)
        let check = Check(credentials: key, isKnown: isKnown)
        let limit = Self.waitingLimit + (isKnown ? Self.knownWaitingLimit : 0)
        // A login that shares the check of another address counts for its own address.
        let completion: Completion = { [throttle] result in
            if case .success = result { throttle.remember(account: credentials.name, address: origin) }
            completion(result)
        }
        let place = checks.withLock { checks -> Place in
            if checks[check] != nil {
                checks[check]?.append(completion)
                return .behind
            }
            guard checks.count < limit else { return .full }
            checks[check] = [completion]
            return .first
        }
        switch place {
        case .behind: break
        case .full: completion(.failure(Self.tooManyWaiting))
        case .first:
            hashing.submit { [self] state in
                let outcome = state == .active ? verify(credentials, origin: origin) : nil
                if case .account(let account) = outcome { cache.remember(account, for: key) }
                let result = outcome.map(Self.result) ?? .failure(Problem.stopping)
                for waiting in checks.withLock({ $0.removeValue(forKey: check) }) ?? [] { waiting(result) }
            }
        }
    }

    private static func result(_ outcome: Outcome) -> Result<Caller, Problem> {
        switch outcome {
        case .account(let account): .success(Caller(account))
        case .refused: .failure(Challenge.problem("The name or the password is wrong."))
        case .throttled(let seconds): .failure(throttled(seconds))
        }
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

    private static let tooManyWaiting = Problem(
        .tooManyLogins,
        "Too many logins wait for their check. Try again in 1 s.",
        retryAfter: 1
    )

    private static func throttled(_ seconds: Int) -> Problem {
        Problem(
            .tooManyLogins,
            "Too many failed logins for this account or from this address. Try again in \(seconds) s.",
            retryAfter: seconds
        )
    }
}
