/// A step from one version of the tables to the next. A step that was released is never changed.
struct Migration: Sendable {
    /// Counted from 1.
    let version: Int
    let description: String
    /// Statements.
    let sql: String
    /// What is done after them in the same transaction.
    var fill: @Sendable (PostgresConnection) throws(PostgresError) -> Void = { _ in }

    static let all = [
        Migration(version: 1, description: "users, user_audit, export_state, export_substitutions", sql: firstTables),
        Migration(version: 2, description: "room in the pages of users for their next version", sql: roomInUsers),
        Migration(
            version: 3,
            description: "email_folded in users and user_audit",
            sql: foldedEmails,
            fill: fillFoldedEmails
        ),
        Migration(version: 4, description: "indexes of email_folded", sql: foldedEmailIndexes),
    ]

    /// The version that this program writes.
    static let newest = all.count
}
