import HTTPTransport
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

/// A path such as `/users/{id}/history`.
struct PathTemplate: Sendable, CustomStringConvertible {
    private enum Segment: Sendable, Hashable {
        case fixed(String)
        case parameter(String)
    }

    /// The template as in the OpenAPI document.
    let description: String
    private let segments: [Segment]

    init(_ text: String) {
        description = text
        segments = text.split(separator: "/").map { part in
            part.first == "{" ? .parameter(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
    }

    /// How many segments are fixed: of two templates that match, the one with more wins.
    var fixedCount: Int { segments.count { if case .fixed = $0 { true } else { false } } }

    /// How many segments a path must have to fit.
    var segmentCount: Int { segments.count }

    /// The parameters' values when the decoded segments fit, else nil.
    func match(_ path: [String]) -> [(name: String, value: String)]? {
        guard path.count == segments.count else { return nil }
        var values: [(name: String, value: String)] = []
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .fixed(let word): if word != text { return nil }
            case .parameter(let name): values.append((name, text))
            }
        }
        return values
    }
}

/// What a handler returns.
enum Reply {
    /// The response is ready: it was made from memory.
    case now(Response)
    /// The response comes later: a commit or a disk takes its time. The closure starts that.
    case later((@escaping ReplyCompletion) -> Void)
}

/// To be called once, on any thread, with what makes the response; that runs on the connection's event loop.
typealias ReplyCompletion = @Sendable (_ make: @escaping @Sendable () throws -> Response) -> Void
