import CLibpq
import ToolConsole

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a connection could not be made.
struct ConnectionFailure {
    let error: PostgresError

    /// Finds the cause in a connection that could not be made; `nil` if a second try has made it.
    ///
    /// libpq gives a text and no code. In verbose messages the server's SQLSTATE precedes its text, but they can only
    /// be asked for when the connection exists, so a server that has answered is asked once more.
    init?(_ handle: OpaquePointer) {
        let first = Self.message(handle)
        if Self.isOfNetwork(first) {
            error = PostgresError(.unavailable, first)
            return
        }
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        PQreset(handle)
        guard PQstatus(handle) != CONNECTION_OK else { return nil }
        // Empty for what no try can change, such as an option that libpq does not know.
        let second = Self.message(handle)
        let message = second.isEmpty ? first : second
        if let (sqlState, text) = Self.parts(of: message) {
            // PgBouncer gives this code to everything, and another text for a while after a failure.
            error = PostgresError(sqlState: sqlState, sqlState == "08P01" ? first : text)
        } else if PQconnectionNeedsPassword(handle) == 1 {
            error = PostgresError(.denied, message)
        } else {
            error = PostgresError(Self.isOfNetwork(message) ? .unavailable : .refused, message)
        }
    }

    /// What libpq says, without any password.
    private static func message(_ handle: OpaquePointer) -> String {
        let options = PQconninfo(handle)
        defer { PQconninfoFree(options) }
        var secrets = ConnectionOptions(options).secrets
        // One from ~/.pgpass.
        if let password = PQpass(handle) { secrets.append(String(cString: password)) }
        return SecretMask.masked(PQerrorMessage(handle).map { String(cString: $0) } ?? "", secrets)
    }

    /// What was said of the last of the hosts that were tried.
    private static func last(_ message: String) -> ArraySlice<Substring> {
        let lines = message.split(whereSeparator: \.isNewline)
        return lines[(lines.lastIndex { $0.hasPrefix("connection to server") } ?? lines.startIndex)...]
    }

    /// The SQLSTATE of a verbose message, and the message without it and without the place in PostgreSQL's source.
    private static func parts(of message: String) -> (sqlState: String, text: String)? {
        // For example `connection to server … failed: FATAL:  53300: too many connections`; the word before the two
        // blanks may be in the server's language.
        let separator = ":  "
        var sqlState: String?
        let lines = last(message).map { line -> String in
            guard sqlState == nil, let start = line.firstRange(of: separator)?.upperBound else { return String(line) }
            let code = line[start...].prefix(5)
            guard code.utf8.count == 5, code.utf8.allSatisfy(isCode), line[code.endIndex...].hasPrefix(": ") else {
                return String(line)
            }
            sqlState = String(code)
            return String(line[..<start] + line[code.endIndex...].dropFirst(2))
        }
        guard let sqlState else { return nil }
        return (sqlState, lines.filter { !$0.hasPrefix("LOCATION:") }.joined(separator: "\n"))
    }

    private static func isCode(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }

    /// Whether the network failed, or nobody listens at the last of the hosts.
    ///
    /// These texts are libpq's and the system's, never translated here, because nothing has set a locale.
    private static func isOfNetwork(_ message: String) -> Bool {
        let text = last(message).joined(separator: "\n")
        return networkTexts.contains { text.contains($0) }
    }

    private static let networkTexts =
        ["server closed the connection unexpectedly", "timeout expired", "SYSCALL error", "could not receive data"]
        + [
            ECONNREFUSED, ENOENT, ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH,
            ENETDOWN, EAGAIN,
        ].map { String(cString: strerror($0)) }
}
