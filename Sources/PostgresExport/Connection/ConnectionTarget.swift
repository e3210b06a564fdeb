import CLibpq

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which database to connect to: whatever libpq understands, so TLS, several hosts, service files and `PG*` variables
/// work as they do for every other program.
package struct ConnectionTarget: Sendable {
    /// A URL (`postgresql://…`), a list of `keyword=value`, or the name of a database.
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether libpq can make sense of the text.
    ///
    /// - Throws: ``PostgresError`` with what it does not understand; it never repeats the text, which may hold a password.
    package func check() throws(PostgresError) {
        guard text.contains("=") || text.contains("://") else { return }
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(text, &message)
        defer {
            PQconninfoFree(options)
            PQfreemem(message)
        }
        guard options == nil else { return }
        throw redacted(message.map { String(cString: $0) } ?? "out of memory", .refused)
    }

    /// An error without the connection string in it.
    func redacted(_ message: String, _ kind: PostgresError.Kind) -> PostgresError {
        var parts: [Substring] = [message[...]]
        // The string, or what stands before its first blank, where libpq stopped.
        for secret in [text[...], text.prefix { $0 != " " }] where !secret.isEmpty {
            parts = parts.flatMap { $0.split(separator: secret, omittingEmptySubsequences: false) }
            if parts.count > 1 { break }
        }
        return PostgresError(kind, parts.joined(separator: "…"))
    }

    /// The parameters of a connection, those that the text may replace first.
    var parameters: [(keyword: String, value: String)] {
        var parameters = [
            ("fallback_application_name", "profile-export"),
            // A connection that goes silent is noticed within a minute or so, not after the system's two hours.
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
        ]
        if getenv("PGCONNECT_TIMEOUT") == nil { parameters.append(("connect_timeout", "10")) }
        return parameters + [("dbname", text), ("client_encoding", "UTF8")]
    }
}
