/// The columns of `user_audit`, in the order in which rows are sent.
package enum AuditColumn: String, Sendable, Hashable, CaseIterable {
    case id
    case userID = "user_id"
    case version
    case operation
    case name
    case email
    case emailFolded = "email_folded"
    case attributes
    case deleted
    case actor
    case reason
    case requestID = "request_id"
    case sourceIP = "source_ip"
    case changes
    case restoredFrom = "restored_from"
    case timestamp

    /// All names, as they stand in SQL.
    static let list = allCases.map(\.rawValue).joined(separator: ", ")
}
