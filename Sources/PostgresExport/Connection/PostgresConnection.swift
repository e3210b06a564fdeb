import CLibpq

/// One connection to PostgreSQL, for one thread at a time. All calls block.
package final class PostgresConnection {
    private let handle: OpaquePointer
    private let canceller: StatementCanceller?

    /// Connects.
    ///
    /// - Parameter canceller: can end the statements of this connection from now on.
    /// - Throws: ``PostgresError``; ``PostgresError/Kind/unavailable`` when nobody answers, or the server has no room or is
    ///   just starting.
    package init(_ target: ConnectionTarget, _ canceller: StatementCanceller? = nil) throws(PostgresError) {
        let handle = withCStrings(target.parameters.map(\.keyword) + [nil]) { keywords in
            withCStrings(target.parameters.map(\.value) + [nil]) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle else { throw PostgresError(.refused, "libpq has no memory for a connection") }
        if let failure = Self.failure(handle) {
            PQfinish(handle)
            throw failure
        }
        self.handle = handle
        self.canceller = canceller
        // Notices are for people at a prompt.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        canceller?.watch(handle)
    }

    deinit {
        canceller?.watch(nil)
        PQfinish(handle)
    }

    /// Why this is no connection to what was named; `nil` if it is one.
    private static func failure(_ handle: OpaquePointer) -> PostgresError? {
        if PQstatus(handle) != CONNECTION_OK, let failure = ConnectionFailure(handle) { return failure.error }
        for (what, name) in [("database", text(PQdb(handle))), ("user", text(PQuser(handle)))]
        where name.utf8.count > SQLName.maximumBytes {
            return PostgresError(
                .refused,
                "the name of the \(what) has \(name.utf8.count) bytes, and PostgreSQL cuts it after "
                    + "\(SQLName.maximumBytes): it would be another one's name"
            )
        }
        return nil
    }

    /// Runs statements that answer no rows.
    package func execute(_ statements: String) throws(PostgresError) {
        let result = PQexec(handle, statements)
        defer { PQclear(result) }
        try check(result, PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY)
    }

    /// Runs one statement and answers its rows as text.
    package func query(_ statement: String, _ parameters: [String?] = []) throws(PostgresError) -> [[String?]] {
        let result = withCStrings(parameters) { values in
            PQexecParams(handle, statement, Int32(values.count), nil, values, nil, nil, 0)
        }
        defer { PQclear(result) }
        try check(result, PGRES_TUPLES_OK, PGRES_COMMAND_OK)
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : Self.text(PQgetvalue(result, row, column))
            }
        }
    }

    /// Sends rows in binary form to a table.
    ///
    /// - Parameter columns: the table and its columns, as they stand behind `COPY`.
    package func copy(into columns: String, _ rows: BinaryRows) throws(PostgresError) {
        let result = PQexec(handle, "COPY \(columns) FROM STDIN (FORMAT binary)")
        defer { PQclear(result) }
        try check(result, PGRES_COPY_IN)
        try put(BinaryRows.header)
        try put(rows.bytes)
        try put(BinaryRows.trailer)
        guard PQputCopyEnd(handle, nil) == 1 else { throw failure() }
        var failed: PostgresError?
        // Whatever is said must be taken in before the next statement.
        while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            do throws(PostgresError) {
                try check(result, PGRES_COMMAND_OK)
            } catch {
                failed = failed ?? error
            }
        }
        if let failed { throw failed }
    }

    private func put(_ bytes: [UInt8]) throws(PostgresError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.copyBytes, bytes.count)
            let sent = bytes[start..<end].withUnsafeBytes { buffer in
                PQputCopyData(handle, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
            }
            guard sent == 1 else { throw failure() }
            start = end
        }
    }

    /// What libpq takes at a time.
    private static let copyBytes = 1 << 20

    // MARK: Errors

    private func check(_ result: OpaquePointer?, _ expected: ExecStatusType...) throws(PostgresError) {
        guard let result else { throw failure() }
        guard !expected.contains(PQresultStatus(result)) else { return }
        guard PQstatus(handle) == CONNECTION_OK else { throw failure() }
        guard let state = Self.field(result, "C") else { throw failure() }
        var message = Self.field(result, "M") ?? Self.text(PQresultErrorMessage(result))
        if let detail = Self.field(result, "D") { message += ". \(detail)" }
        if let hint = Self.field(result, "H") { message += " \(hint)" }
        throw PostgresError(sqlState: state, message)
    }

    /// What libpq itself says of the last failure, which is always one of the connection.
    ///
    /// `PQstatus` is no help: after a failed write it stays good until the next read.
    private func failure() -> PostgresError {
        PostgresError(.unavailable, Self.text(PQerrorMessage(handle)))
    }

    /// A part of a server's error (`PG_DIAG_…`).
    private static func field(_ result: OpaquePointer, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction, which is taken back if `body` throws.
    ///
    /// - Parameter opening: statements that come before `body`, sent together with the beginning.
    func transaction<Result>(_ opening: String = "", _ body: () throws -> Result) throws -> Result {
        do {
            try execute("BEGIN ISOLATION LEVEL READ COMMITTED;" + opening)
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // Of no use on a lost connection, and then not needed either.
            try? execute("ROLLBACK")
            throw error
        }
    }
}
