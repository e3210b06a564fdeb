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
    var status: HTTPResponse.Status { statusAndTitle.status }

    /// The sort in a few words, the same for every occurrence.
    var title: String { statusAndTitle.title }

    private var statusAndTitle: (status: HTTPResponse.Status, title: String) {
        switch self {
        case .malformedRequest: (.badRequest, "Malformed request")
        case .invalidJSON: (.badRequest, "The body is not valid JSON")
        case .unauthorized: (.unauthorized, "Authentication required")
        case .forbidden: (.forbidden, "Not allowed for this role")
        case .unknownPath: (.notFound, "No such path")
        case .notFound: (.notFound, "Not found")
        case .deleted: (.notFound, "The user is deleted")
        case .versionNotFound: (.notFound, "No such version")
        case .notYetBorn: (.notFound, "The user did not exist yet")
        case .methodNotAllowed: (.methodNotAllowed, "Method not allowed")
        case .notAcceptable: (.notAcceptable, "No acceptable media type")
        case .requestTimeout: (.requestTimeout, "The request took too long")
        case .emailTaken: (.conflict, "The email address is taken")
        case .notDeleted: (.conflict, "The user is not deleted")
        case .targetDeleted: (.conflict, "The user was deleted then")
        case .preconditionFailed: (.preconditionFailed, "The user has changed meanwhile")
        case .contentTooLarge: (.contentTooLarge, "The body is too large")
        case .unsupportedMediaType: (.unsupportedMediaType, "Unsupported media type")
        case .invalid: (.unprocessableContent, "Invalid values")
        case .invalidCursor: (.unprocessableContent, "Invalid cursor")
        case .tooManyLogins: (.tooManyRequests, "Too many failed logins")
        case .tooManyRequests: (.tooManyRequests, "Too many requests of this account")
        case .headersTooLarge: (.requestHeaderFieldsTooLarge, "The header is too large")
        case .recovering: (.serviceUnavailable, "Still starting")
        case .overloaded: (.serviceUnavailable, "Too busy")
        case .readOnly: (.serviceUnavailable, "Writing is stopped")
        case .clockJumped: (.serviceUnavailable, "The server's clock jumped")
        case .stopping: (.serviceUnavailable, "Stopping")
        case .diskFull: (HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "The disk is full")
        case .storageDamaged: (.internalServerError, "Stored data is damaged")
        case .internalError: (.internalServerError, "Internal error")
        case .notImplemented: (.notImplemented, "Not implemented")
        }
    }
}
