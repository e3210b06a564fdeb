import HTTPTypes
import UserProfiles

/// One row of the table that drives the router, the role checks and the OpenAPI document.
struct Endpoint: Sendable {
    /// What answers the request.
    enum Handler: Sendable {
        /// Works at any time, also while the store is still being recovered.
        case always(@Sendable (RequestContext, APIService) throws -> Reply)
        /// Needs the store.
        case withStore(@Sendable (RequestContext, Runtime) throws -> Reply)
    }

    /// What an endpoint takes as body.
    struct Body: Sendable {
        let schema: Schema
        var types = [MediaType.json]
        var isRequired = true
        let example: JSONValue
    }

    /// What an endpoint answers when all goes well.
    struct Success: Sendable {
        let status: HTTPResponse.Status
        let summary: String
        var types: [MediaType] = [.json]
        var schema: Schema?
        var headers: [String] = []
        /// What JSON of it looks like; other types have examples made of this one.
        var example: JSONValue?

        static func ok(
            _ summary: String,
            _ schema: Schema? = nil,
            types: [MediaType] = [.json],
            headers: [String] = [],
            example: JSONValue? = nil
        ) -> Success {
            Success(status: .ok, summary: summary, types: types, schema: schema, headers: headers, example: example)
        }
    }

    let method: HTTPRequest.Method
    let path: PathTemplate
    /// The operation's name in the OpenAPI document.
    let operation: String
    let access: Access
    let summary: String
    var description: String?
    var parameters: [Parameter] = []
    var body: Body?
    let successes: [Success]
    /// The problems beyond those that every endpoint can answer with.
    var problems: [ProblemKind] = []
    /// Refuses requests that pages of other origins cause, though it changes nothing.
    var isSensitiveRead = false
    let handler: Handler

    /// Whether a page of another origin must not cause the request: a browser attaches the login of Basic authentication by
    /// itself.
    var refusesForeignPages: Bool { method != .get || isSensitiveRead }

    /// The media types that the caller may choose from.
    var offers: [MediaType] { successes.first?.types ?? [] }
}

/// Who may call an endpoint.
enum Access: Sendable, Hashable {
    /// Everybody, without logging in.
    case anyone
    /// Accounts with one of the roles.
    case roles(Set<Role>)

    static let admins = Access.roles([.admin])
    static let profileWriters = Access.roles([.admin, .editor])
    static let profileReaders = Access.roles([.admin, .editor, .auditor, .reader])
    static let historyReaders = Access.roles([.admin, .editor, .auditor])
    static let auditReaders = Access.roles([.admin, .auditor])
}
