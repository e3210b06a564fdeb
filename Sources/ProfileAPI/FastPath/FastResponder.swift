import HTTPTypes
import Logging
import NIOCore
import UserProfiles

/// Answers the requests of the fast path as ``APIResponder`` would, on the event loop and without a task.
///
/// Whatever needs to wait for something else than a commit, or goes wrong before it, is left to that one.
final class FastResponder: Sendable {
    enum Outcome {
        case reply(FastReply)
        /// The completion will be called.
        case later
        /// To be answered by ``APIResponder``; nothing has been done.
        case declined
    }

    /// Gets what makes the reply, to be run on the event loop, since the thread that commits has better things to do.
    typealias Completion = @Sendable (@escaping @Sendable () -> FastReply) -> Void

    /// A row of the table of endpoints.
    private struct Row {
        let number: Int
        let method: String
        let path: String
        let roles: Set<Role>
    }

    private let service: APIService
    private let accountLimits: AccountLimits
    private let headers: CommonHeaders
    private let metrics: RequestMetrics?
    private let logger: Logger
    private let get: Row
    private let put: Row
    /// The head of every answer that shows a user.
    private let head: HeadTemplate
    private let allocator = ByteBufferAllocator()

    /// `nil` if the table has no such endpoints.
    init?(
        service: APIService,
        accountLimits: AccountLimits,
        headers: CommonHeaders,
        metrics: RequestMetrics?,
        logger: Logger
    ) {
        let router = Router(service.endpoints)
        guard let get = Self.row(.get, router), let put = Self.row(.put, router) else { return nil }
        self.service = service
        self.accountLimits = accountLimits
        self.headers = headers
        self.metrics = metrics
        self.logger = logger
        self.get = get
        self.put = put
        head = HeadTemplate(Answer(.ok, .json, headers: [.eTag: ""]).head(requestID: "", headers))
    }

    private static func row(_ method: HTTPRequest.Method, _ router: Router) -> Row? {
        guard let target = try? RequestTarget("/users/1"), let match = try? router.match(method, target),
            case .roles(let roles) = match.endpoint.access
        else { return nil }
        let path = match.endpoint.path.description
        return Row(number: match.row, method: method.rawValue, path: path, roles: roles)
    }

    /// - Parameters:
    ///   - bytes: the request's, of which `request` names the parts.
    ///   - proven: whom the connection's last request came from.
    ///   - completion: makes what is called once, on any thread, if the outcome is ``Outcome/later``.
    func respond(
        to request: FastRequest,
        _ bytes: UnsafeRawBufferPointer,
        from peer: ClientAddress,
        proven: inout ProvenLogin?,
        completion: () -> Completion
    ) -> Outcome {
        let row = request.method == .get ? get : put
        let authorization = UnsafeRawBufferPointer(rebasing: bytes[request.authorization])
        guard let runtime = service.readyRuntime,
            let caller = runtime.authenticator.knownCaller(authorization: authorization, proven: &proven),
            row.roles.contains(caller.role)
        else { return .declined }
        var trace = RequestTrace(
            requestID: RequestIdentifier.choose(callers: request.requestID),
            method: row.method
        )
        trace.template = row.path
        trace.row = row.number
        trace.sourceIP = peer.text
        trace.actor = caller.name
        switch request.method {
        case .get: return read(UserID(request.userID), runtime, caller, trace)
        case .put:
            let body = UnsafeRawBufferPointer(rebasing: bytes[request.body])
            return replace(UserID(request.userID), body, runtime, caller, trace, completion)
        }
    }

    private func read(_ id: UserID, _ runtime: Runtime, _ caller: Caller, _ trace: RequestTrace) -> Outcome {
        guard let user = try? runtime.store.cachedUser(id), let turn = try? accountLimits.begin(caller.name) else {
            return .declined
        }
        metrics?.began()
        return .reply(reply(UserHandlers.showing(user), user, turn, trace))
    }

    private func replace(
        _ id: UserID,
        _ body: UnsafeRawBufferPointer,
        _ runtime: Runtime,
        _ caller: Caller,
        _ trace: RequestTrace,
        _ completion: () -> Completion
    ) -> Outcome {
        guard let json = try? JSONParser.parse(body), let draft = try? ProfileDraft(json: json),
            let turn = try? accountLimits.begin(caller.name)
        else { return .declined }
        let context = ChangeContext(
            actor: caller.name,
            reason: nil,
            requestID: trace.requestID,
            sourceIP: trace.sourceIP
        )
        metrics?.began()
        let complete = completion()
        runtime.store.replace(id, with: draft, if: .none, context) { result in
            complete { self.reply(result, id, turn, trace) }
        }
        return .later
    }

    private func reply(
        _ result: Result<User, ProfileError>,
        _ id: UserID,
        _ turn: AccountTurn,
        _ trace: RequestTrace
    ) -> FastReply {
        switch result {
        case .success(let user): return reply(UserHandlers.telling(UserHandlers.replaced, user), user, turn, trace)
        case .failure(let error):
            let problem = APIResponder.problem(for: error)
            var trace = trace
            trace.cause = problem.cause
            return reply(problem.answer(instance: "/users/\(id)", requestID: trace.requestID), turn, trace)
        }
    }

    /// A reply whose head is like no other's.
    private func reply(_ answer: Answer, _ turn: AccountTurn, _ trace: RequestTrace) -> FastReply {
        let head = HeadTemplate(answer.head(requestID: trace.requestID, headers))
        let entityTag = answer.headers[.eTag] ?? ""
        return reply(head, answer.status, entityTag, Array(buffer: answer.body), turn, trace)
    }

    private func reply(_ body: [UInt8], _ user: User, _ turn: AccountTurn, _ trace: RequestTrace) -> FastReply {
        reply(head, .ok, user.entityTag, body, turn, trace)
    }

    private func reply(
        _ head: HeadTemplate,
        _ status: HTTPResponse.Status,
        _ entityTag: String,
        _ body: [UInt8],
        _ turn: AccountTurn,
        _ trace: RequestTrace
    ) -> FastReply {
        trace.log(status, to: logger)
        metrics?.ended(row: trace.row, status, after: trace.started.duration(to: .now), hasCredentials: true)
        let bytes = head.answer(entityTag: entityTag, requestID: trace.requestID, body: body, allocator)
        return FastReply(bytes: bytes, bodyBytes: body.count, turn: turn)
    }
}
