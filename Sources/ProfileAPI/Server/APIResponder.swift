import HTTPTypes
import LogStorage
import Logging
import NIOCore
import UserProfiles

/// Answers every request: finds the endpoint, checks who asks and what, calls the handler, turns errors into problems.
struct APIResponder: Sendable {
    let service: APIService
    let bodyLimit: Int
    let logger: Logger
    private let accountLimits: AccountLimits
    private let headers: CommonHeaders
    /// Counts what is answered; `nil` where nobody asks.
    private let metrics: RequestMetrics?
    private let router: Router

    init(
        service: APIService,
        bodyLimit: Int,
        accountLimits: AccountLimits,
        headers: CommonHeaders,
        metrics: RequestMetrics? = nil,
        logger: Logger
    ) {
        self.metrics = metrics
        self.service = service
        self.bodyLimit = bodyLimit
        self.accountLimits = accountLimits
        self.headers = headers
        self.logger = logger
        router = Router(service.endpoints)
    }

    /// To be called on the event loop of the request's connection.
    func respond(to request: IncomingRequest) async -> Reply {
        var trace = RequestTrace(
            requestID: RequestIdentifier.choose(callers: request.head.headerFields.text(.requestID)),
            method: request.head.method.rawValue
        )
        trace.sourceIP = request.peer.text
        metrics?.began()
        var answer: Answer
        var turn: AccountTurn?
        var refusal: ProblemKind?
        do {
            answer = try await self.answer(request, &trace, &turn)
        } catch {
            let problem = Self.problem(for: error)
            trace.cause = problem.cause
            refusal = problem.kind
            let path = request.head.path.map { String($0.prefix { $0 != "?" }) }
            answer = problem.answer(instance: path, requestID: trace.requestID)
        }
        let asksToClose = request.head.headerFields.text(.connection)?.lowercased() == "close"
        let isTooLarge = answer.status == .contentTooLarge || BodyReader.isTooLarge(request.head, limit: bodyLimit)
        if asksToClose || isTooLarge { answer.headers[.connection] = "close" }
        let sendsBody = request.head.method != .head && answer.status != .notModified
        trace.log(answer.status, to: logger)
        metrics?.ended(
            row: trace.row,
            answer.status,
            after: trace.started.duration(to: .now),
            hasCredentials: request.head.headerFields[.authorization] != nil,
            problem: refusal
        )
        return Reply(
            head: answer.head(requestID: trace.requestID, headers),
            body: sendsBody && answer.stream == nil ? answer.body : nil,
            stream: sendsBody ? answer.stream : nil,
            turn: turn
        )
    }

    private func answer(
        _ request: IncomingRequest,
        _ trace: inout RequestTrace,
        _ turn: inout AccountTurn?
    ) async throws -> Answer {
        let target = try RequestTarget(request.head.path ?? "/")
        let match = try router.match(request.head.method, target)
        let endpoint = match.endpoint
        trace.template = endpoint.path.description
        trace.row = match.row
        var runtime: Runtime?
        var account: Caller?
        if case .roles(let roles) = endpoint.access {
            let ready = try service.runtime()
            runtime = ready
            let caller = try await authenticate(request, roles, ready, &trace)
            turn = try accountLimits.begin(caller.name)
            account = caller
        }
        let parameters = try ParameterValues(
            path: match.path,
            query: target.query,
            parameters: endpoint.parameters,
            now: .now()
        )
        let call = Call(
            path: target.path,
            query: target.query,
            parameters: parameters,
            headers: request.head.headerFields,
            requestID: trace.requestID,
            account: account,
            sourceIP: trace.sourceIP,
            body: try await body(of: request, endpoint),
            type: try type(for: request.head, endpoint)
        )
        switch endpoint.handler {
        case .always(let handler): return try await handler(call, service)
        case .withStore(let handler): return try await handler(call, runtime ?? service.runtime())
        }
    }

    private func authenticate(
        _ request: IncomingRequest,
        _ roles: Set<Role>,
        _ runtime: Runtime,
        _ trace: inout RequestTrace
    ) async throws(Problem) -> Caller {
        // Joined, as repeated fields are, two would be taken for one that is malformed, or for a guess.
        guard !request.head.headerFields.isRepeated(.authorization) else { throw Challenge.repeated }
        let account = try await runtime.authenticator.account(
            authorization: request.head.headerFields.text(.authorization),
            from: request.peer
        )
        trace.actor = account.name
        guard roles.contains(account.role) else {
            throw Problem(.forbidden, "The role \(account.role.rawValue) may not do this.")
        }
        return account
    }

    private func type(for head: HTTPRequest, _ endpoint: Endpoint) throws(Problem) -> MediaType {
        let offers = endpoint.offers
        guard !offers.isEmpty else { return .json }
        let values = head.headerFields[values: .accept]
        let accept = AcceptHeader(values.isEmpty ? nil : values.joined(separator: ","))
        guard let type = accept.best(of: offers) else {
            let names = offers.map(\.rawValue).joined(separator: ", ")
            throw Problem(.notAcceptable, "The answer can be had as \(names).")
        }
        return type
    }

    private func body(of request: IncomingRequest, _ endpoint: Endpoint) async throws(Problem) -> JSONValue? {
        guard let expected = endpoint.body else { return nil }
        let announcesBody = request.head.headerFields.text(.contentLength) != "0"
        if let header = request.head.headerFields.text(.contentType), announcesBody || expected.isRequired {
            guard let type = MediaType(contentType: header), expected.types.contains(type) else {
                throw Self.unsupported(expected)
            }
        }
        if let coding = request.head.headerFields.text(.contentEncoding)?.lowercased(), coding != "identity" {
            throw Self.encoded
        }
        guard let buffer = try await BodyReader.collect(request, limit: bodyLimit) else {
            if expected.isRequired { throw Problem(.invalidJSON, "This request needs a JSON body.") }
            return nil
        }
        guard request.head.headerFields.text(.contentType) != nil else { throw Self.unsupported(expected) }
        do throws(JSONError) {
            return try JSONParser.parse([UInt8](buffer.readableBytesView))
        } catch {
            throw Problem(error)
        }
    }

    private static func unsupported(_ expected: Endpoint.Body) -> Problem {
        let names = expected.types.map(\.rawValue).joined(separator: " or ")
        var problem = Problem(.unsupportedMediaType, "The body must be sent with Content-Type: \(names).")
        problem.headers[.accept] = expected.types.map(\.rawValue).joined(separator: ", ")
        return problem
    }

    /// RFC 9110, section 12.5.3, has the answer say which encodings are possible.
    private static var encoded: Problem {
        var problem = Problem(.unsupportedMediaType, "The body must be sent as it is, without a Content-Encoding.")
        problem.headers[.acceptEncoding] = "identity"
        return problem
    }

    static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as ProfileError:
            var problem = Problem(error)
            if error.code == .damaged { problem.cause = error.message }
            return problem
        case is CancellationError:
            return Problem(.stopping, "The server is stopping. Try again in a moment.", retryAfter: 5)
        default:
            var problem = Problem(.internalError, "Something went wrong inside; the server's log tells more.")
            problem.cause = String(describing: error)
            return problem
        }
    }
}
