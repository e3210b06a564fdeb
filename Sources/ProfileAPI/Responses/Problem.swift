import HTTPTransport
import HTTPTypes
import UserProfiles

/// An error on its way to the caller as `application/problem+json` (RFC 9457).
struct Problem: Error, Sendable {
    /// A value that is not right, by name.
    struct Field: Sendable, Hashable {
        let name: String
        let message: String
    }

    let kind: ProblemKind
    /// One or two sentences on this occurrence: what is wrong and what to do.
    var detail: String
    /// What is wrong with which field, parameter or header.
    var fields: [Field] = []
    /// Further members beyond those of RFC 9457, in the order they are written.
    var extras: JSONValue = [:]
    /// Header fields that belong to the response, for example `Retry-After`.
    var headers: [HeaderField] = []
    /// What the log shall know beyond the answer.
    var cause: String?

    init(_ kind: ProblemKind, _ detail: String, retryAfter seconds: Int? = nil) {
        self.kind = kind
        self.detail = detail
        if let seconds { headers = [HeaderField("Retry-After", String(seconds))] }
    }

    /// How many fields an answer names at most: a request must not be answered by one many times its size.
    static let maximumFields = 100

    /// 422 with everything that is wrong at once, or the first of it.
    static func invalid(_ fields: [Field]) -> Problem {
        let one = fields.count == 1 ? fields.first : nil
        let place = fields.count > maximumFields ? "errors names the first \(maximumFields)" : "see errors"
        var problem = Problem(
            .invalid,
            one.map { "\($0.name): \($0.message)" } ?? "\(fields.count) values are not valid; \(place)."
        )
        problem.fields = Array(fields.prefix(maximumFields))
        return problem
    }

    static let stopping = Problem(.stopping, "The server is stopping. Try again in a moment.", retryAfter: 5)

    // MARK: - Errors of the layers below

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

    /// The answer to what the domain refuses.
    init(_ error: ProfileError) {
        switch error.code {
        case .invalid(let errors):
            self = .invalid(errors.map { Field(name: $0.field, message: $0.message) })
        case .notFound: self.init(.notFound, error.message)
        case .deleted(let version):
            self.init(.deleted, error.message)
            extras = ["deleted_version": .number(version.rawValue)]
        case .versionNotFound: self.init(.versionNotFound, error.message)
        case .notYetBorn: self.init(.notYetBorn, error.message)
        case .emailTaken(let holder):
            self.init(.emailTaken, error.message)
            fields = [Field(name: "email", message: "is used by user \(holder)")]
            extras = ["holder_id": .number(holder.rawValue)]
        case .notDeleted: self.init(.notDeleted, error.message)
        case .targetDeleted: self.init(.targetDeleted, error.message)
        case .preconditionFailed(let current):
            self.init(.preconditionFailed, error.message)
            extras = ["current_version": .number(current.rawValue)]
            headers = [.entityTag(current)]
        case .invalidCursor:
            self.init(.invalidCursor, error.message)
            fields = [Field(name: "after", message: "is not a cursor of this query")]
        case .queueFull, .notCached: self.init(.overloaded, error.message, retryAfter: 1)
        case .diskFull: self.init(.diskFull, error.message)
        case .readOnly: self.init(.readOnly, error.message)
        case .clockJumped: self.init(.clockJumped, error.message)
        case .damaged:
            self.init(.storageDamaged, error.message)
            cause = error.message
        case .stopping: self.init(.stopping, error.message, retryAfter: 5)
        }
    }

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
        extras = ["line": .number(error.line), "column": .number(error.column), "offset": .number(error.offset)]
    }

    // MARK: - The response

    /// The problem as a response.
    ///
    /// - Parameter instance: the request's path, without its query, which may hold personal data.
    func response(instance: String?, requestID: String) -> Response {
        let kindAndDetail: JSONValue = [
            "type": .string(kind.type), "title": .string(kind.title), "status": .number(kind.status.code),
            "detail": .string(detail),
        ]
        let errors = fields.map { ["field": .string($0.name), "message": .string($0.message)] as JSONValue }
        let json = kindAndDetail.adding("instance", instance.map { .string($0) })
            .adding("request_id", .string(requestID))
            .adding("errors", errors.isEmpty ? nil : .array(errors))
            .adding(extras)
        return Response(kind.status, .problem, json.minified, fields: headers)
    }
}
