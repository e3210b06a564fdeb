import HTTPTransport
import UserProfiles

extension Problem {
    /// The answer to what the domain refuses.
    init(_ error: ProfileError) {
        switch error.code {
        case .invalid(let errors):
            self = .invalid(errors.map { Field(name: $0.field, message: $0.message) })
        case .notFound: self.init(.notFound, error.message)
        case .deleted(let version):
            self.init(.deleted, error.message)
            extras = [("deleted_version", .number(version.rawValue))]
        case .versionNotFound: self.init(.versionNotFound, error.message)
        case .notYetBorn: self.init(.notYetBorn, error.message)
        case .emailTaken(let holder):
            self.init(.emailTaken, error.message)
            fields = [Field(name: "email", message: "is used by user \(holder)")]
            extras = [("holder_id", .number(holder.rawValue))]
        case .notDeleted: self.init(.notDeleted, error.message)
        case .targetDeleted: self.init(.targetDeleted, error.message)
        case .preconditionFailed(let current):
            self.init(.preconditionFailed, error.message)
            extras = [("current_version", .number(current.rawValue))]
            headers = [.entityTag(current)]
        case .invalidCursor:
            self.init(.invalidCursor, error.message)
            fields = [Field(name: "after", message: "is not a cursor of this query")]
        case .queueFull: self.init(.overloaded, error.message, retryAfter: 1)
        case .diskFull: self.init(.diskFull, error.message)
        case .readOnly: self.init(.readOnly, error.message)
        case .clockJumped: self.init(.clockJumped, error.message)
        case .damaged:
            self.init(.storageDamaged, error.message)
            cause = error.message
        case .notCached: self.init(.overloaded, error.message, retryAfter: 1)
        case .stopping: self.init(.stopping, error.message, retryAfter: 5)
        }
    }

    /// The problem that an error of any kind is to the caller.
    init(any error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ProfileError: self.init(error)
        case is CancellationError: self = .stopping
        default:
            self.init(.internalError, "Something went wrong inside; the server's log tells more.")
            cause = String(describing: error)
        }
    }

    static let stopping = Problem(.stopping, "The server is stopping. Try again in a moment.", retryAfter: 5)

    /// The problem of a request that the transport refuses, or of a body that did not come.
    init(_ fault: RequestFault) {
        switch fault {
        case .malformed(let text): self.init(.malformedRequest, text)
        case .unknownMethod(let text): self.init(.notImplemented, text)
        case .unknownTransferCoding:
            self.init(.notImplemented, "The only Transfer-Encoding known here is chunked. Send the body as it is.")
        case .headersTooLarge: self.init(.headersTooLarge, "The request's header is larger than this server takes.")
        case .late: self.init(.requestTimeout, "The request did not arrive in time.")
        }
    }

    /// The answer to a body that is not JSON.
    init(_ error: JSONError) {
        self.init(.invalidJSON, "The body is not valid JSON: \(error).")
        extras = [
            ("line", .number(UInt64(clamping: error.line))),
            ("column", .number(UInt64(clamping: error.column))),
            ("offset", .number(UInt64(clamping: error.offset))),
        ]
    }
}
