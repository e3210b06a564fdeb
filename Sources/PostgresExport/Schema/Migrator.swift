/// Brings the tables of a schema to the version that this program writes.
struct Migrator {
    let connection: PostgresConnection
    let schema: String
    /// The steps that this program knows.
    var steps = Migration.all

    /// Makes schema and tables if they are absent, and takes the steps that are missing.
    ///
    /// Asks for no right beyond reading when there is nothing to do. To be called in a transaction.
    ///
    /// - Throws: ``ExportRefusal`` when a newer program has been here, ``PostgresError``.
    func run() throws {
        var version = try self.version()
        guard version <= steps.count else {
            throw ExportRefusal(
                .wrongTables,
                "the tables of schema \(schema) have version \(version), and this program knows \(steps.count): "
                    + "use a newer profile-export"
            )
        }
        for migration in steps.dropFirst(version) {
            try take(migration)
            version = migration.version
        }
    }

    /// Makes sure that the tables have this program's version.
    ///
    /// - Throws: ``ExportRefusal``, ``PostgresError``.
    func check() throws {
        let version = try self.version()
        guard version != steps.count else { return }
        throw ExportRefusal(
            .wrongTables,
            version == 0
                ? "schema \(schema) holds no export"
                : "the tables of schema \(schema) have version \(version), not \(steps.count): export first"
        )
    }

    /// The version of the tables; 0 when there are none.
    func version() throws -> Int {
        guard try connection.query("SELECT to_regclass('export_migrations')").first?.first ?? nil != nil else {
            return 0
        }
        let rows = try connection.query("SELECT coalesce(max(version), 0) FROM export_migrations")
        return rows.first?.first.flatMap { $0.flatMap { Int($0) } } ?? 0
    }

    private func take(_ migration: Migration) throws {
        if migration.version == 1 { try makeSchema() }
        do throws(PostgresError) {
            try connection.execute(migration.sql)
            try migration.fill(connection)
            let insert = "INSERT INTO export_migrations (version, description, applied_at) VALUES ($1, $2, now())"
            try changed(connection.query(insert, [String(migration.version), migration.description]))
        } catch {
            switch error.sqlState {
            // A table of that name exists, and it is not ours.
            case "42P07":
                throw ExportRefusal(
                    .wrongTables,
                    "schema \(schema) holds other tables of these names (\(error)): give another with --schema"
                )
            // This role may not change what is there already.
            case "42501" where migration.version > 1:
                throw PostgresError(
                    .denied,
                    "\(error). The tables of schema \(schema) have version \(migration.version - 1), and this program "
                        + "needs \(steps.count): run it once as their owner"
                )
            default: throw error
            }
        }
    }

    private func makeSchema() throws {
        if try connection.query("SELECT to_regnamespace($1)", [SQLName.quoted(schema)]).first?.first ?? nil == nil {
            try connection.execute("CREATE SCHEMA \(SQLName.quoted(schema))")
        }
        try connection.execute(
            """
            CREATE TABLE export_migrations (
                version integer PRIMARY KEY,
                description text NOT NULL,
                applied_at timestamptz NOT NULL
            );
            COMMENT ON TABLE export_migrations IS 'The steps that the tables of profile-export have gone through';
            """
        )
    }

    private func changed(_ rows: [[String?]]) {}
}
