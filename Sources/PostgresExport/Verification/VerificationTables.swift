import LogStorage

/// The temporary tables of a verification: what should be there, and what differs from it.
///
/// Named with their schema, because the export's own may hold tables of these names.
struct VerificationTables {
    let connection: PostgresConnection

    private static let users = UsersUpsert(users: "pg_temp.expected_users", audit: "pg_temp.expected_audit")

    /// Columns of `users` that are compared.
    private static let userColumns = [
        "name", "email", "email_folded", "attributes", "version", "deleted", "created_at", "updated_at", "audit_id",
    ]

    func make() throws(PostgresError) {
        try connection.execute(
            """
            CREATE TEMPORARY TABLE expected_audit (LIKE user_audit) ON COMMIT DROP;
            ALTER TABLE pg_temp.expected_audit ADD PRIMARY KEY (id);
            CREATE TEMPORARY TABLE expected_users (LIKE users) ON COMMIT DROP;
            ALTER TABLE pg_temp.expected_users ADD PRIMARY KEY (id);
            CREATE TEMPORARY TABLE expected_substitutions (LIKE export_substitutions) ON COMMIT DROP;
            CREATE TEMPORARY TABLE differences (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                table_name text NOT NULL,
                id text NOT NULL,
                what text NOT NULL
            ) ON COMMIT DROP
            """
        )
    }

    /// Compares the rows of a batch's range, and takes its changes into the replay of the users.
    func compare(_ batch: ExportBatch) throws(PostgresError) {
        try connection.execute("TRUNCATE pg_temp.expected_audit, pg_temp.expected_substitutions")
        try connection.copy(into: "pg_temp.expected_audit (\(AuditColumn.list))", batch.rows.rows)
        let columns = "pg_temp.expected_substitutions (audit_id, column_name, original)"
        try connection.copy(into: columns, BinaryRows(batch.rows.substitutions))
        try connection.execute(Self.users.sql(batch.range))
        let range = "BETWEEN \(batch.range.lowerBound) AND \(batch.range.upperBound)"
        let names = AuditColumn.allCases.dropFirst().map(\.rawValue)
        try connection.execute(
            """
            INSERT INTO pg_temp.differences (table_name, id, what)
            SELECT 'user_audit', coalesce(e.id, a.id), \(Self.what("a.id", "e.id", names))
            FROM (SELECT * FROM user_audit WHERE id \(range)) a FULL JOIN pg_temp.expected_audit e ON e.id = a.id
            WHERE \(Self.differs("a.id", "e.id", names)) ORDER BY 2;
            INSERT INTO pg_temp.differences (table_name, id, what)
            SELECT 'export_substitutions', coalesce(e.audit_id, a.audit_id),
                coalesce(e.column_name, a.column_name) || ' ' || \(Self.what("a.audit_id", "e.audit_id", ["original"]))
            FROM (SELECT * FROM export_substitutions WHERE audit_id \(range)) a
            FULL JOIN pg_temp.expected_substitutions e ON e.audit_id = a.audit_id AND e.column_name = a.column_name
            WHERE \(Self.differs("a.audit_id", "e.audit_id", ["original"])) ORDER BY 2
            """
        )
    }

    /// Compares the users with those of the replay, and finds rows that no record of the log can have.
    func compareUsers(through last: LogSequenceNumber) throws(PostgresError) {
        let beyond = "NOT BETWEEN 1 AND \(last)"
        try connection.execute(
            """
            INSERT INTO pg_temp.differences (table_name, id, what)
            SELECT 'user_audit', id, 'is not in the log that was exported' FROM user_audit WHERE id \(beyond) ORDER BY id;
            INSERT INTO pg_temp.differences (table_name, id, what)
            SELECT 'export_substitutions', audit_id, 'is not in the log that was exported'
            FROM export_substitutions WHERE audit_id \(beyond) ORDER BY audit_id;
            INSERT INTO pg_temp.differences (table_name, id, what)
            SELECT 'users', coalesce(e.id, a.id), \(Self.what("a.id", "e.id", Self.userColumns))
            FROM users a FULL JOIN pg_temp.expected_users e ON e.id = a.id
            WHERE \(Self.differs("a.id", "e.id", Self.userColumns)) ORDER BY coalesce(e.id, a.id)
            """
        )
    }

    func note(_ table: String, _ id: String, _ what: String) throws(PostgresError) {
        let sql = "INSERT INTO pg_temp.differences (table_name, id, what) VALUES ($1, $2, $3) RETURNING id"
        guard try connection.query(sql, [table, id, what]).count == 1 else { return }
    }

    /// Rows of `user_audit` and of `users`.
    func counts() throws(PostgresError) -> (audit: String, users: String) {
        let rows = try connection.query("SELECT (SELECT count(*) FROM user_audit), (SELECT count(*) FROM users)")
        guard let row = rows.first, let audit = row[0], let users = row[1] else { return ("?", "?") }
        return (audit, users)
    }

    /// Hands over what was found, a few at a time.
    func differences(_ body: (Difference) throws -> Void) throws {
        let sql =
            "SELECT number, table_name, id, what FROM pg_temp.differences WHERE number > $1 ORDER BY number LIMIT 1000"
        var last = "0"
        while true {
            let rows = try connection.query(sql, [last])
            for row in rows {
                guard let number = row[0], let table = row[1], let id = row[2], let what = row[3] else { continue }
                last = number
                try body(Difference(table: table, id: id, what: what))
            }
            if rows.isEmpty { return }
        }
    }

    // MARK: SQL

    private static func differs(_ actual: String, _ expected: String, _ columns: [String]) -> String {
        "\(actual) IS NULL OR \(expected) IS NULL OR (\(list("a", columns))) IS DISTINCT FROM (\(list("e", columns)))"
    }

    private static func what(_ actual: String, _ expected: String, _ columns: [String]) -> String {
        let names = columns.map { "CASE WHEN a.\($0) IS DISTINCT FROM e.\($0) THEN '\($0)' END" }
        return """
            CASE WHEN \(actual) IS NULL THEN 'is missing' WHEN \(expected) IS NULL THEN 'is not in the store'
                ELSE 'differs in ' || concat_ws(', ', \(names.joined(separator: ", "))) END
            """
    }

    private static func list(_ table: String, _ columns: [String]) -> String {
        columns.map { "\(table).\($0)" }.joined(separator: ", ")
    }
}
