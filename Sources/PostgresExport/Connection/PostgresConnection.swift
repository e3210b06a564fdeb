import CLibpq

/// One connection to PostgreSQL, for one thread at a time. All calls block.
package final class PostgresConnection {
    private let handle: OpaquePointer

    /// Connects.
    ///
    /// - Throws: ``PostgresError``; ``PostgresError/Kind/unavailable`` when nobody answers or the server is just starting.
    package init(_ target: ConnectionTarget) throws(PostgresError) {
        let keywords: [String?] = target.parameters.map(\.keyword) + [nil]
        let values: [String?] = target.parameters.map(\.value) + [nil]
        let handle = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle else { throw PostgresError(.refused, "libpq has no memory for a connection") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = Self.text(PQerrorMessage(handle))
            PQfinish(handle)
            throw target.redacted(message, Self.kind(ofFailure: message, keywords, values))
        }
        self.handle = handle
        // Notices are for people at a prompt.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit {
        PQfinish(handle)
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
    /// `PQstatus` does not tell: after a failed write it stays good until the next read.
    private func failure() -> PostgresError {
        PostgresError(.unavailable, Self.text(PQerrorMessage(handle)))
    }

    /// A part of a server's error (`PG_DIAG_…`).
    private static func field(_ result: OpaquePointer, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }

    /// Whether a connection that could not be made may be made later.
    ///
    /// libpq gives a text and no code, but its ping tells a server that refuses from one that does not answer yet.
    private static func kind(ofFailure message: String, _ keywords: [String?], _ values: [String?])
        -> PostgresError.Kind
    {
        // The text of libpq itself is never translated here, because nothing has set a locale.
        if message.contains("could not translate host name") { return .refused }
        let answer = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQpingParams(keywords, values, 1) }
        }
        switch answer {
        case PQPING_REJECT, PQPING_NO_RESPONSE: return .unavailable
        case PQPING_OK: return isOfNetwork(message) ? .unavailable : .denied
        default: return .refused
        }
    }

    /// Whether the last of the hosts did not say no, but was not there a moment ago, or the network failed.
    private static func isOfNetwork(_ message: String) -> Bool {
        let lines = message.split(whereSeparator: \.isNewline)
        let last = lines[(lines.lastIndex { $0.hasPrefix("connection to server") } ?? lines.startIndex)...].joined()
        return [
            "server closed the connection unexpectedly", "could not receive data", "could not send", "SYSCALL error",
            "timeout expired", "Connection refused", "No such file or directory", "too many clients",
        ].contains { last.contains($0) }
    }

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction, which is taken back if `body` throws.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        do {
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
