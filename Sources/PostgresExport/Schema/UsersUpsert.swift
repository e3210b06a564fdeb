import LogStorage

/// The statement that brings a table of users up to date with rows of a table of changes.
///
/// Used for the tables themselves, and by the verification for its own.
struct UsersUpsert {
    let users: String
    let audit: String
    /// SQL for the creation time of a user whose first version is not among the rows.
    let creation: String

    static let exported = UsersUpsert(
        users: "users",
        audit: "user_audit",
        creation: "(SELECT c.timestamp FROM user_audit c WHERE c.user_id = a.user_id AND c.version = 1)"
    )

    /// The statement for the changes of a range.
    func sql(_ range: ClosedRange<LogSequenceNumber>) -> String {
        """
        INSERT INTO \(users) AS u
            (id, name, email, attributes, version, deleted, created_at, updated_at, audit_id)
        SELECT a.user_id, a.name, a.email, a.attributes, a.version, a.deleted,
            CASE WHEN n.first_version = 1 THEN n.first_time ELSE \(creation) END, a.timestamp, a.id
        FROM (
            SELECT max(id) AS id, min(version) AS first_version, min(timestamp) AS first_time
            FROM \(audit) WHERE id BETWEEN \(range.lowerBound) AND \(range.upperBound) GROUP BY user_id
        ) n
        JOIN \(audit) a ON a.id = n.id
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
            attributes = excluded.attributes, version = excluded.version, deleted = excluded.deleted,
            updated_at = excluded.updated_at, audit_id = excluded.audit_id
        """
    }
}
