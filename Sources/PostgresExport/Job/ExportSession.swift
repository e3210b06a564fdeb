import LogStorage

/// One connection that may write the tables of a schema.
///
/// Nothing is kept in the session between two transactions, neither settings nor locks nor temporary tables: a pooler may
/// give each transaction to another connection (PgBouncer's `pool_mode = transaction`).
final class ExportSession {
    let connection: PostgresConnection
    private let schema: String

    /// Connects, and makes the tables or brings them to this program's version.
    ///
    /// - Parameter migrates: false leaves the tables as they are, which then have to be of this version.
    /// - Throws: ``PostgresError``, ``ExportRefusal``.
    init(_ settings: ExportJob.Settings, migrates: Bool = true) throws {
        try SQLName.checkSchema(settings.schema)
        schema = settings.schema
        connection = try PostgresConnection(settings.target, settings.canceller)
        try checkEncoding()
        let migrator = Migrator(connection: connection, schema: schema)
        try transaction { if migrates { try migrator.run() } else { try migrator.check() } }
    }

    private func checkEncoding() throws {
        let encoding = try connection.query("SHOW server_encoding").first?.first ?? nil
        guard encoding == "UTF8" else {
            throw ExportRefusal(
                .wrongEncoding,
                "the database has the encoding \(encoding ?? "?"), which cannot hold all names: "
                    + "make one with ENCODING 'UTF8'"
            )
        }
    }

    /// Runs `body` in a transaction that holds the lock of the schema and has the settings of an export.
    ///
    /// Waits a little for the lock: the server notices the end of a job that has just gone a moment later.
    ///
    /// - Throws: ``ExportRefusal`` with ``ExportRefusal/Reason/busy`` when another job has the lock; what `body` throws.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try connection.transaction(opening, body)
        } catch let error as PostgresError where error.sqlState == "55P03" {
            // lock_not_available: not within that time.
            throw ExportRefusal(.busy, "another profile-export is at work on schema \(schema): nothing more was done")
        }
    }

    /// The lock, and what the settings of the database or the role must not change.
    ///
    /// Limits of time are those that this version of PostgreSQL has.
    private var opening: String {
        """
        SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout',
            'idle_in_transaction_session_timeout');
        SET LOCAL search_path TO \(SQLName.quoted(schema)), pg_temp;
        SET LOCAL TimeZone TO 'UTC';
        SET LOCAL DateStyle TO 'ISO, YMD';
        SET LOCAL work_mem TO '64MB';
        \(Self.noticeClients);
        SET LOCAL lock_timeout TO '2s';
        SELECT pg_advisory_xact_lock(hashtextextended('profile-export ' || \(SQLName.literal(schema)), 0));
        SET LOCAL lock_timeout TO 0
        """
    }

    /// A statement that waits for a lock ends when its client has gone, even when that was killed, where PostgreSQL can
    /// notice it (version 14 or later, not on every system).
    private static let noticeClients = """
        DO 'BEGIN
            SET LOCAL client_connection_check_interval TO 1000;
        EXCEPTION WHEN OTHERS THEN
        END'
        """

    /// How far the export has come; `nil` before the first one. To be called in a transaction.
    func state() throws -> ExportState? {
        let rows = try connection.query(
            """
            SELECT store_id, last_lsn, tree_root,
                (SELECT (extract(epoch FROM timestamp) * 1000000)::bigint FROM user_audit WHERE id = last_lsn)
            FROM export_state
            """
        )
        guard let row = rows.first, let storeID = row[0], let text = row[1], let lsn = UInt64(text) else { return nil }
        return ExportState(
            storeID: storeID,
            lastLSN: LogSequenceNumber(lsn),
            treeRoot: row[2],
            lastTime: row[3].flatMap { Int64($0) }.map { LogTimestamp(microseconds: $0) }
        )
    }

    /// Notes which store's log comes here. To be called in a transaction.
    func begin(_ storeID: StoreID, treeRoot: String?) throws -> ExportState {
        let rows = try connection.query(
            """
            INSERT INTO export_state (store_id, last_lsn, tree_root, exported_at) VALUES ($1, 0, $2, now())
            RETURNING store_id
            """,
            ["\(storeID)", treeRoot]
        )
        return ExportState(storeID: rows.first?.first.flatMap { $0 } ?? "", lastLSN: .zero, treeRoot: treeRoot)
    }

    /// Writes a batch, the users as they are after it, and how far the export has come: all of it or nothing.
    ///
    /// - Returns: the state that was written.
    /// - Throws: ``StateMoved`` when another job has written meanwhile.
    func write(_ batch: ExportBatch, after state: ExportState) throws -> ExportState {
        do {
            return try add(batch, after: state)
        } catch let error as PostgresError where error.sqlState == "23505" {
            throw ExportRefusal(
                .wrongRows,
                "somebody else has written into the tables of schema \(schema) (\(error)): delete that row, look at all "
                    + "others with --verify, or give another with --schema"
            )
        }
    }

    private func add(_ batch: ExportBatch, after state: ExportState) throws -> ExportState {
        try transaction {
            try confirm(state)
            try connection.copy(into: "user_audit (\(AuditColumn.list))", batch.rows.rows)
            if !batch.rows.substitutions.isEmpty {
                let columns = "export_substitutions (audit_id, column_name, original)"
                try connection.copy(into: columns, BinaryRows(batch.rows.substitutions))
            }
            try updateUsers(batch.range)
            var new = state
            new.lastLSN = batch.range.upperBound
            new.treeRoot = batch.treeRoot
            let update = "UPDATE export_state SET last_lsn = $1, tree_root = $2, exported_at = now() RETURNING last_lsn"
            guard try connection.query(update, ["\(new.lastLSN)", new.treeRoot]).count == 1 else { throw StateMoved() }
            return new
        }
    }

    /// Brings the users up to date with the changes of a range.
    private func updateUsers(_ range: ClosedRange<LogSequenceNumber>) throws {
        let count = try connection.query(UsersUpsert.exported.sql(range)).first?.first ?? nil
        guard count != "0" else { return }
        let ids = try connection.query(UsersUpsert.exported.missing(range, limit: Self.namedUsers)).compactMap(\.first)
        throw ExportRefusal(
            .wrongRows,
            "\(count ?? "?") of the users that records \(range.lowerBound) to \(range.upperBound) change "
                + "\(count == "1" ? "is" : "are") missing from table users of schema \(schema), because somebody deleted "
                + "the row: \(ids.compactMap { $0 }.joined(separator: ", ")). Nothing of the batch was written. Put "
                + "back what --verify names (the page Tables of the documentation has the statement), or give another "
                + "with --schema"
        )
    }

    /// Missing users that are named.
    private static let namedUsers = 10

    /// Makes sure that nobody has moved the state, and that nobody can until the transaction's end.
    private func confirm(_ state: ExportState) throws {
        let rows = try connection.query("SELECT store_id, last_lsn FROM export_state FOR UPDATE")
        guard let row = rows.first, row == [state.storeID, "\(state.lastLSN)"] else { throw StateMoved() }
    }
}

/// Another job has written to the schema since the state was read.
struct StateMoved: Error {}
