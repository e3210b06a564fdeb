/// Someone who may log in: a name, a role and the hash of a password.
public struct Account: Sendable, Hashable {
    /// The longest account name, in bytes of UTF-8.
    public static let maximumNameBytes = 128

    /// The name that is typed at login and that stands as `actor` in every record.
    public let name: String
    /// What the account may do.
    public let role: Role
    /// The hash that stands for the password.
    public let password: PasswordHash

    /// Makes an account.
    ///
    /// - Throws: ``AccountError`` when the name is empty, too long, or holds `:` or a control character (Basic
    ///   authentication could not carry it).
    public init(name: String, role: Role, password: PasswordHash) throws(AccountError) {
        if let problem = Self.problem(withName: name) { throw AccountError(problem) }
        self.name = name
        self.role = role
        self.password = password
    }

    /// Why `name` cannot be an account's name, or nil when it can.
    public static func problem(withName name: String) -> String? {
        if name.isEmpty { return "an account needs a name" }
        if name.utf8.count > maximumNameBytes { return "an account's name is at most \(maximumNameBytes) bytes long" }
        for scalar in name.unicodeScalars where scalar == ":" || scalar.properties.generalCategory == .control {
            return "an account's name holds neither ':' nor control characters"
        }
        return nil
    }
}
