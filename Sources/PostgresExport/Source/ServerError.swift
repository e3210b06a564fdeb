package import ToolConsole

/// Why a server did not give what it was asked for.
package struct ServerError: RetryableError, CustomStringConvertible, ToolFailureConvertible {
    package enum Kind: Sendable {
        /// It could not be reached, or asks to try again.
        case unavailable
        /// The user or the password is wrong, or the user may not read the audit trail.
        case denied
        /// It answers something else.
        case refused
    }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    package var mayPass: Bool { kind == .unavailable }

    package var toolFailure: ToolFailure {
        switch kind {
        case .unavailable: ToolFailure(.unavailable, description)
        case .denied: ToolFailure(.denied, description)
        case .refused: ToolFailure(.refused, description)
        }
    }
}
