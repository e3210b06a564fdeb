import UserProfiles

/// Someone who may log in: a name, a role and the hash of a password.
public struct Account: Sendable, Hashable {
    /// The name that is typed at login and that stands as `actor` in every record.
    public let name: String
    /// What the account may do.
    public let role: Role
    /// The hash that stands for the password.
    public let password: PasswordHash

    /// Makes an account.
    ///
    /// - Throws: ``AccountError`` when the name cannot be one.
    public init(name: String, role: Role, password: PasswordHash) throws(AccountError) {
        if let problem = Self.problem(withName: name) { throw AccountError(problem) }
        self.name = name
        self.role = role
        self.password = password
    }

    /// Why `name` cannot be the name of an account or a token, or nil when it can.
    ///
    /// The rule is that of the actor of a change (``ActorRule``), without `:`, which Basic authentication cannot carry.
    public static func problem(withName name: String) -> String? {
        let problem = name.unicodeScalars.contains(":") ? "must not contain ':'" : ActorRule.problem(with: name)
        return problem.map { "an account's or token's name \($0)" }
    }

    /// The longest password, in bytes of UTF-8: the `Authorization` header has room for a few more.
    public static let maximumPasswordBytes = 1_024

    /// Why nobody could log in with `password`, or nil when it can be taken.
    ///
    /// Control characters are forbidden by RFC 7617, section 2.
    public static func problem(withPassword password: [UInt8]) -> String? {
        if password.isEmpty { return "the password is empty" }
        if password.count > maximumPasswordBytes { return "a password is at most \(maximumPasswordBytes) bytes long" }
        guard let text = String(validating: password, as: UTF8.self) else { return "the password is not valid UTF-8" }
        for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
            return "the password holds a control character"
        }
        return nil
    }
}

/// What an account may do.
public enum Role: String, CaseIterable, Sendable {
    /// Everything, checkpoints and the server's state included.
    case admin
    /// Reads profiles and their history, changes and restores profiles.
    case editor
    /// Reads everything, the audit trail included, and changes nothing.
    case auditor
    /// Reads profiles, present and past, but not who changed them.
    case reader
}

extension Role {
    /// All roles in one text, for messages.
    public static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

/// Why accounts could not be read, made or kept; one line that names the file and the way out.
public struct AccountError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole sentence, fit for a terminal.
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
