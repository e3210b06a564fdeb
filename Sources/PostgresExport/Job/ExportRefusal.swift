package import ToolConsole

/// Why the job does not touch what is in PostgreSQL.
package struct ExportRefusal: Error, CustomStringConvertible, ToolFailureConvertible {
    package enum Reason: Sendable {
        /// The schema holds another store, a longer log or another history.
        case wrongStore
        /// The schema holds tables that this program does not know.
        case wrongTables
        /// Rows of the export are missing, or others stand where they belong.
        case wrongRows
        /// The database cannot hold all text.
        case wrongEncoding
        /// No schema of this name can hold an export.
        case wrongName
        /// Another job is at work on the schema.
        case busy
    }

    package let reason: Reason
    package let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    package var toolFailure: ToolFailure {
        switch reason {
        case .busy: ToolFailure(.busy, description)
        case .wrongName: ToolFailure(.usage, description)
        default: ToolFailure(.wrongTarget, description)
        }
    }
}

extension PostgresError: ToolFailureConvertible {
    package var toolFailure: ToolFailure {
        let status: ToolStatus =
            switch kind {
            case .unavailable: .unavailable
            case .denied: .denied
            case .refused: .refused
            }
        return ToolFailure(status, "PostgreSQL: \(description)")
    }
}

extension ToolStatus {
    /// What PostgreSQL holds is not what this store's export left there (`EX_DATAERR`).
    package static let wrongTarget = ToolStatus(rawValue: 65)
    /// PostgreSQL refused, and would again (`EX_UNAVAILABLE`).
    package static let refused = ToolStatus(rawValue: 69)
    /// Another job is at work on the schema (`EX_CANTCREAT`).
    package static let busy = ToolStatus(rawValue: 73)
    /// PostgreSQL or the server could not be reached within the limit (`EX_TEMPFAIL`).
    package static let unavailable = ToolStatus(rawValue: 75)
    /// A wrong password, or a right that is missing (`EX_NOPERM`).
    package static let denied = ToolStatus(rawValue: 77)
}
