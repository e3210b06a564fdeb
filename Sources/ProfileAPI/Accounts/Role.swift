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
