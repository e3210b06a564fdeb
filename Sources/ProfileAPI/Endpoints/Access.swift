/// Who may call an endpoint.
enum Access: Sendable, Hashable {
    /// Everybody, without logging in.
    case anyone
    /// Accounts with one of the roles.
    case roles(Set<Role>)

    static let admins = Access.roles([.admin])
    static let profileWriters = Access.roles([.admin, .editor])
    static let profileReaders = Access.roles([.admin, .editor, .auditor, .reader])
    static let historyReaders = Access.roles([.admin, .editor, .auditor])
    static let auditReaders = Access.roles([.admin, .auditor])
}
