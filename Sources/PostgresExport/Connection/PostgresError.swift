/// Why PostgreSQL did not do what it was asked, in its own words.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// What can be done about it.
    package enum Kind: Sendable {
        /// The connection was lost or could not be made, or the server asks to try again: the same may work later.
        case unavailable
        /// A wrong password or a missing privilege.
        case denied
        /// Anything else: it would fail again.
        case refused
    }

    package let kind: Kind
    /// The five characters by which PostgreSQL names the error; `nil` when it comes from libpq.
    package let sqlState: String?
    /// One line.
    package let description: String

    package init(_ kind: Kind, sqlState: String? = nil, _ message: String) {
        self.kind = kind
        self.sqlState = sqlState
        description = Self.line(message)
    }

    /// An error that a server sent.
    init(sqlState: String, _ message: String) {
        self.init(Self.kind(of: sqlState), sqlState: sqlState, message)
    }

    /// By PostgreSQL's table of error codes (its documentation, appendix A).
    private static func kind(of sqlState: String) -> Kind {
        switch sqlState {
        // The server is stopping, was stopped or is starting; the session was idle for too long; there is no room for
        // another connection, or none that this role or database may have.
        case "57P01", "57P02", "57P03", "57P05", "53300": .unavailable
        case "42501": .denied
        default:
            switch sqlState.prefix(2) {
            // The connection was lost; a conflict with another transaction.
            case "08", "40": .unavailable
            case "28": .denied
            default: .refused
            }
        }
    }

    /// The lines of a message as one.
    private static func line(_ message: String) -> String {
        message.split(whereSeparator: \.isNewline)
            .map { line in String(line.drop { $0 == " " || $0 == "\t" }) }
            .filter { !$0.isEmpty }
            .joined(separator: "; ")
    }
}
