import CLibpq
import ToolConsole

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

    private var isURL: Bool { text.contains("://") }

    /// Whether libpq can make sense of the text.
    ///
    /// - Throws: ``PostgresError`` with what it does not understand. No password is in it: neither one that libpq reads as
    ///   such, nor one that it takes for something else.
    package func check() throws(PostgresError) {
        guard text.contains("=") || isURL else {
            guard text.contains(where: { $0 == "@" || $0 == ":" }) else { return }
            throw PostgresError(.refused, "a URL must begin with postgresql://")
        }
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(text, &message)
        defer {
            PQconninfoFree(options)
            PQfreemem(message)
        }
        guard let options else {
            throw PostgresError(.refused, masked(message.map { String(cString: $0) } ?? "out of memory"))
        }
        // libpq would take a part of such a password for the port or the name of the database, and show it.
        if isURL, hasMisplacedPassword { throw Self.misplaced("an @ is behind a slash") }
        let port = ConnectionOptions(options).value("port") ?? ""
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ",") }) else {
            throw Self.misplaced("the port is not a number")
        }
    }

    /// Whether the text contains a password, which the arguments of the process then show.
    package var holdsPassword: Bool {
        let options = PQconninfoParse(text, nil)
        defer { PQconninfoFree(options) }
        return !ConnectionOptions(options).secrets.isEmpty
    }

    private var hasMisplacedPassword: Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let rest = text[scheme.upperBound...].prefix { $0 != "?" }
        return rest.drop { $0 != "/" }.contains("@")
    }

    private static func misplaced(_ what: String) -> PostgresError {
        PostgresError(
            .refused,
            "\(what): write special characters of a password as %XX (a slash is %2F), or put the password into PGPASSWORD "
                + "or ~/.pgpass"
        )
    }

    /// libpq's message about a text that it cannot read; what it quotes may be a password, or a part of one.
    private func masked(_ message: String) -> String {
        let mayHoldPassword = text.contains { $0 == "@" || $0 == ":" } || text.lowercased().contains("pas")
        guard mayHoldPassword else { return message }
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        // With quotes in the text itself, it cannot be told where what is quoted ends.
        guard !text.contains("\"") else { return "\(parts[0])\(SecretMask.mark)" }
        return parts.enumerated().map { index, part in
            index % 2 == 0 || ["=", "]", ":", "/"].contains(part) ? String(part) : SecretMask.mark
        }.joined(separator: "\"")
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
