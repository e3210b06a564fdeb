/// A step from one version of the tables to the next. A step that was released is never changed.
struct Migration: Sendable {
    /// Counted from 1.
    let version: Int
    let description: String
    /// Statements, run in one transaction.
    let sql: String

    static let all = [
        Migration(version: 1, description: "users, user_audit, export_state, export_substitutions", sql: firstTables),
        Migration(version: 2, description: "room in the pages of users for their next version", sql: roomInUsers),
    ]

    /// The version that this program writes.
    static let newest = all.count
}
