import HTTPTransport
import HTTPTypes
import LogStorage
import Logging
import NIOCore
import UserProfiles

/// Answers every request: finds the endpoint, checks who asks and what, calls the handler, turns errors into problems.
final class APIResponder: RequestResponder {
    let service: APIService
    let metrics: RequestMetrics?
    let logger: Logger
    /// Whether the responses go over TLS.
    let isSecure: Bool
    private let bodyLimit: Int
    private let accountLimits: AccountLimits
    private let router: Router

    /// - Parameters:
    ///   - bodyLimit: the most bytes of a body.
    ///   - metrics: counts what is answered; `nil` where nobody asks.
    init(
        service: APIService,
        bodyLimit: Int,
        accountLimits: AccountLimits,
        isSecure: Bool,
        metrics: RequestMetrics? = nil,
        logger: Logger
    ) {
        self.service = service
        self.bodyLimit = bodyLimit
        self.accountLimits = accountLimits
        self.isSecure = isSecure
        self.metrics = metrics
        self.logger = logger
        router = Router(service.endpoints)
    }

    func session(on channel: any Channel) -> any RequestSession { APISession(self, channel) }

    // MARK: - The road of a request

    /// The head was read: finds the endpoint and who asks.
    fileprivate func begin(_ request: RequestContext, _ session: APISession) throws -> Reply.Step {
        if request.head.method == .options, request.head.targetText == "*" {
            return .reply(.now(ServiceHandlers.options))
        }
        let target = try request.head.targetBytes.withUnsafeReadableBytes { try RequestTarget($0) }
        request.target = target
        let match = try router.match(request.head.method, target)
        request.match = match
        let row = match.row
        if row.endpoint.refusesForeignPages, request.isForeign { throw Self.foreign }
        guard case .roles(let roles) = row.endpoint.access else { return try proceed(request, match, nil) }
        let runtime = try service.runtime()
        switch try runtime.authenticator.login(request.head, from: request.peer, known: &session.login) {
        case .caller(let caller):
            try admit(caller, roles, request)
            return try proceed(request, match, runtime)
        case .later(let start):
            return .later { completion in
                start { result in
                    completion { request in
                        try self.admit(result.get(), roles, request)
                        return try self.proceed(request, match, runtime)
                    }
                }
            }
        }
    }

    private func admit(_ caller: Caller, _ roles: Set<Role>, _ request: RequestContext) throws {
        request.account = caller
        guard roles.contains(caller.role) else {
            throw Problem(.forbidden, "The role \(caller.role.rawValue) may not do this.")
        }
        request.slot = try accountLimits.begin(caller.name)
    }

    /// The login is good: checks the parameters, and asks for the body.
    private func proceed(_ request: RequestContext, _ match: Router.Match, _ runtime: Runtime?) throws -> Reply.Step {
        let row = match.row
        request.parameters = try ParameterValues(
            path: match.path,
            query: request.target?.query ?? [],
            parameters: row.endpoint.parameters
        )
        request.type = try Self.type(for: request.head, row)
        guard let expected = row.endpoint.body else { return try handle(request, row, runtime) }
        if let length = request.head.announcedLength {
            guard length <= bodyLimit else { throw tooLarge }
            if length > 0 { try Self.checkType(request.head, expected) }
        }
        return .body { request, result in
            request.body = try self.json(result, request.head, expected)
            return try self.handle(request, row, runtime)
        }
    }

    private func handle(_ request: RequestContext, _ row: Router.Row, _ runtime: Runtime?) throws -> Reply.Step {
        switch row.endpoint.handler {
        case .always(let handler): .reply(try handler(request, service))
        case .withStore(let handler): .reply(try handler(request, runtime ?? service.runtime()))
        }
    }

    // MARK: - Checks

    private static let foreign = Problem(
        .forbidden,
        "A page of another origin may not send this request. Send it from a page of this server, or not from a browser."
    )

    private static func type(for head: RequestHead, _ row: Router.Row) throws(Problem) -> MediaType {
        guard let first = row.endpoint.successes.first?.types.first else { return .json }
        let offers = row.endpoint.offers
        guard let value = head.value(of: "accept"), value != "*/*" else { return first }
        guard let type = AcceptHeader(value).best(of: offers) else {
            let names = offers.map(\.rawValue).joined(separator: ", ")
            throw Problem(.notAcceptable, "The answer can be had as \(names).")
        }
        return type
    }

    /// Whether the body is of a kind that can be read.
    private static func checkType(_ head: RequestHead, _ expected: Endpoint.Body) throws(Problem) {
        guard let type = head.value(of: "content-type").flatMap({ MediaType(contentType: $0) }),
            expected.types.contains(type)
        else {
            let names = expected.types.map(\.rawValue)
            var problem = Problem(
                .unsupportedMediaType,
                "The body must be sent with Content-Type: \(names.joined(separator: " or "))."
            )
            problem.headers = [HeaderField("Accept", names.joined(separator: ", "))]
            throw problem
        }
        let codings = head.has("content-encoding") ? head.elements(of: "content-encoding") : ["identity"]
        guard !codings.isEmpty, codings.allSatisfy({ $0 == "identity" }) else {
            var problem = Problem(
                .unsupportedMediaType,
                "The body must be sent as it is, without a Content-Encoding."
            )
            // RFC 9110, section 12.5.3, has the response say which encodings are possible.
            problem.headers = [HeaderField("Accept-Encoding", "identity")]
            throw problem
        }
    }

    private func json(
        _ result: Result<ByteBuffer?, BodyFault>,
        _ head: RequestHead,
        _ expected: Endpoint.Body
    ) throws(Problem) -> JSONValue? {
        let bytes: ByteBuffer?
        do throws(BodyFault) {
            bytes = try result.get()
        } catch {
            switch error {
            case .tooLarge: throw tooLarge
            case .late: throw Problem(RequestFault.late)
            case .incomplete: throw Problem(.malformedRequest, "The request's body is broken or incomplete.")
            }
        }
        guard let bytes else {
            if expected.isRequired { throw Problem(.invalidJSON, "This request needs a JSON body.") }
            return nil
        }
        try Self.checkType(head, expected)
        let parsed = bytes.withUnsafeReadableBytes { raw in
            Result { () throws(JSONError) in try JSONParser.parse(raw) }
        }
        do throws(JSONError) { return try parsed.get() } catch { throw Problem(error) }
    }

    private var tooLarge: Problem {
        Problem(.contentTooLarge, "The body may have at most \(bodyLimit) bytes.")
    }
}

extension Reply {
    /// How far a request is on its road.
    fileprivate enum Step {
        case reply(Reply)
        /// The body is needed first.
        case body((RequestContext, Result<ByteBuffer?, BodyFault>) throws -> Step)
        /// Something takes longer; the closure starts it.
        case later((@escaping @Sendable (_ next: @escaping @Sendable (RequestContext) throws -> Step) -> Void) -> Void)
    }
}

/// The requests of one connection.
final class APISession: RequestSession {
    private let responder: APIResponder
    private let eventLoop: any EventLoop
    private let peer: ClientAddress
    /// The login of the last request; the same again costs a comparison.
    fileprivate var login: ProvenLogin?

    init(_ responder: APIResponder, _ channel: any Channel) {
        self.responder = responder
        eventLoop = channel.eventLoop
        peer = ClientAddress(channel.remoteAddress)
    }

    func respond(to head: RequestHead) -> ResponseStep {
        let request = RequestContext(head, from: peer)
        responder.metrics?.began()
        return attempt(request) { try responder.begin(request, self) }
    }

    func response(to fault: RequestFault) -> Response {
        // Nobody knows what the request asks for, so that it is counted apart.
        let request = RequestContext(RequestHead(.get, target: "-", fields: []), from: peer)
        return request.refuse(Problem(fault), responder)
    }

    private func attempt(_ request: RequestContext, _ body: () throws -> Reply.Step) -> ResponseStep {
        do {
            switch try body() {
            case .reply(.now(let response)): return .now(request.complete(response, responder))
            case .reply(.later(let start)):
                let bound = bound(request)
                return .later { completion in
                    start { make in
                        completion {
                            let (session, request) = bound.value
                            return session.attempt(request) { .reply(.now(try make())) }
                        }
                    }
                }
            case .body(let next): return .body { [self] result in attempt(request) { try next(request, result) } }
            case .later(let start):
                let bound = bound(request)
                return .later { completion in
                    start { next in
                        completion {
                            let (session, request) = bound.value
                            return session.attempt(request) { try next(request) }
                        }
                    }
                }
            }
        } catch {
            return .now(request.complete(request.response(to: error), responder))
        }
    }

    private func bound(_ request: RequestContext) -> NIOLoopBound<(session: APISession, request: RequestContext)> {
        NIOLoopBound((self, request), eventLoop: eventLoop)
    }
}
