import UserProfiles

extension Migration {
    /// The address in the form in which the service compares addresses, which no function of SQL gives.
    static let foldedEmails = """
        ALTER TABLE user_audit ADD COLUMN email_folded text;
        ALTER TABLE users ADD COLUMN email_folded text;
        COMMENT ON COLUMN user_audit.email_folded IS 'Email in the form in which the service compares addresses: two are the same if these are equal';
        COMMENT ON COLUMN users.email_folded IS 'Email in the form in which the service compares addresses: two are the same if these are equal';
        """

    static let foldedEmailIndexes = """
        CREATE INDEX user_audit_email_folded ON user_audit (email_folded, timestamp);
        CREATE INDEX users_email_folded ON users (email_folded);
        """

    /// Rows that are folded at a time.
    private static let pageRows = 10_000

    /// Folds the addresses that are there already.
    @Sendable static func fillFoldedEmails(_ connection: PostgresConnection) throws(PostgresError) {
        guard try !connection.query("SELECT FROM user_audit LIMIT 1").isEmpty else { return }
        try connection.execute("CREATE TEMPORARY TABLE folded (id bigint, email_folded text) ON COMMIT DROP")
        var last = "0"
        while true {
            let select = "SELECT id, email FROM user_audit WHERE id > $1 ORDER BY id LIMIT \(pageRows)"
            var rows = BinaryRows()
            for row in try connection.query(select, [last]) {
                guard let text = row[0], let id = Int64(text), let email = row[1] else { continue }
                last = text
                rows.beginRow(fields: 2)
                rows.field(id)
                rows.field(AuditRows.folded(email))
            }
            guard rows.count > 0 else { break }
            try connection.copy(into: "pg_temp.folded", rows)
            try connection.execute(
                """
                UPDATE user_audit a SET email_folded = f.email_folded FROM pg_temp.folded f WHERE f.id = a.id;
                TRUNCATE pg_temp.folded
                """
            )
        }
        let users = "UPDATE users u SET email_folded = a.email_folded FROM user_audit a WHERE a.id = u.audit_id"
        try connection.execute(users)
    }
}
