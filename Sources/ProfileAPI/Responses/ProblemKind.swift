import HTTPTypes

/// The sorts of errors the server answers with; each has a fixed status and title (RFC 9457).
enum ProblemKind: String, CaseIterable, Sendable {
    case malformedRequest = "malformed-request"
    case invalidJSON = "invalid-json"
    case unauthorized
    case forbidden
    case unknownPath = "unknown-path"
    case notFound = "not-found"
    case deleted
    case versionNotFound = "version-not-found"
    case notYetBorn = "not-yet-born"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case requestTimeout = "request-timeout"
    case emailTaken = "email-taken"
    case notDeleted = "not-deleted"
    case targetDeleted = "target-deleted"
    case preconditionFailed = "precondition-failed"
    case contentTooLarge = "content-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case invalid
    case invalidCursor = "invalid-cursor"
    case tooManyLogins = "too-many-logins"
    case tooManyRequests = "too-many-requests"
    case headersTooLarge = "headers-too-large"
    case recovering
    case overloaded
    case readOnly = "read-only"
    case clockJumped = "clock-jumped"
    case stopping
    case diskFull = "disk-full"
    case storageDamaged = "storage-damaged"
    case internalError = "internal-error"
    case notImplemented = "not-implemented"

    /// The problem's `type`, a stable name that programs can compare.
    var type: String { "urn:user-profile-audit:problem:" + rawValue }

    /// The status code that goes with the sort.
    var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .invalidJSON: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .unknownPath, .notFound, .deleted, .versionNotFound, .notYetBorn: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .requestTimeout: .requestTimeout
        case .emailTaken, .notDeleted, .targetDeleted: .conflict
        case .preconditionFailed: .preconditionFailed
        case .contentTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalid, .invalidCursor: .unprocessableContent
        case .tooManyLogins, .tooManyRequests: .tooManyRequests
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .recovering, .overloaded, .readOnly, .clockJumped, .stopping: .serviceUnavailable
        case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .storageDamaged, .internalError: .internalServerError
        case .notImplemented: .notImplemented
        }
    }

    /// The sort in a few words, the same for every occurrence.
    var title: String {
        switch self {
        case .malformedRequest: "Malformed request"
        case .invalidJSON: "The body is not valid JSON"
        case .unauthorized: "Authentication required"
        case .forbidden: "Not allowed for this role"
        case .unknownPath: "No such path"
        case .notFound: "Not found"
        case .deleted: "The user is deleted"
        case .versionNotFound: "No such version"
        case .notYetBorn: "The user did not exist yet"
        case .methodNotAllowed: "Method not allowed"
        case .notAcceptable: "No acceptable media type"
        case .requestTimeout: "The request took too long"
        case .emailTaken: "The email address is taken"
        case .notDeleted: "The user is not deleted"
        case .targetDeleted: "The user was deleted then"
        case .preconditionFailed: "The user has changed meanwhile"
        case .contentTooLarge: "The body is too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .invalid: "Invalid values"
        case .invalidCursor: "Invalid cursor"
        case .tooManyLogins: "Too many failed logins"
        case .tooManyRequests: "Too many requests of this account"
        case .headersTooLarge: "The header is too large"
        case .recovering: "Still starting"
        case .overloaded: "Too busy"
        case .readOnly: "Writing is stopped"
        case .clockJumped: "The server's clock jumped"
        case .stopping: "Stopping"
        case .diskFull: "The disk is full"
        case .storageDamaged: "Stored data is damaged"
        case .internalError: "Internal error"
        case .notImplemented: "Not implemented"
        }
    }
}
