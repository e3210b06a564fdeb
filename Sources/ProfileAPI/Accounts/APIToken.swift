public import LogStorage

/// A random text that a program shows instead of name and password: who it is, what it may do, and until when.
public struct APIToken: Sendable, Hashable {
    /// What stands as `actor` in every record; accounts and tokens share one set of names.
    public let name: String
    /// What the token may do.
    public let role: Role
    /// What stands for the token's text.
    public let digest: TokenDigest
    /// When it was made; nil when the file does not say.
    public let created: LogTimestamp?
    /// From when on it is refused; nil: never.
    public let expires: LogTimestamp?

    /// - Throws: ``AccountError`` when the name cannot be one of an account.
    public init(
        name: String,
        role: Role,
        digest: TokenDigest,
        created: LogTimestamp?,
        expires: LogTimestamp?
    ) throws(AccountError) {
        if let problem = Account.problem(withName: name) { throw AccountError(problem) }
        self.name = name
        self.role = role
        self.digest = digest
        self.created = created
        self.expires = expires
    }

    /// Whether the token's time is over.
    public func isExpired(at time: LogTimestamp) -> Bool {
        expires.map { $0 <= time } ?? false
    }
}
