import HTTPTypes
import Logging
import NIOCore
import UserProfiles

/// Answers the requests of the fast path as ``APIResponder`` would, on the event loop and without a task.
///
/// Whatever needs to wait for something else than a commit, or goes wrong before it, is left to that one.
struct FastResponder: Sendable {
    enum Outcome {
        case reply(Reply)
        /// The completion will be called.
        case later
        /// To be answered by ``APIResponder``; nothing has been done.
        case declined
    }

    private let service: APIService
    private let accountLimits: AccountLimits
    private let headers: CommonHeaders
    private let metrics: RequestMetrics?
    private let logger: Logger
    private let get: Router.Match
    private let put: Router.Match

    /// `nil` if the table has no such endpoints.
    init?(
        service: APIService,
        accountLimits: AccountLimits,
        headers: CommonHeaders,
        metrics: RequestMetrics?,
        logger: Logger
    ) {
        let router = Router(service.endpoints)
        guard let target = try? RequestTarget("/users/1"), let get = try? router.match(.get, target),
            let put = try? router.match(.put, target)
        else { return nil }
        self.service = service
        self.accountLimits = accountLimits
        self.headers = headers
        self.metrics = metrics
        self.logger = logger
        self.get = get
        self.put = put
    }

    /// - Parameters:
    ///   - bytes: the request's, of which `request` names the parts.
    ///   - completion: called once, on any thread, if the outcome is ``Outcome/later``; with what makes the reply, to be run
    ///     on the event loop, since the thread that commits has better things to do.
    func respond(
        to request: FastRequest,
        _ bytes: UnsafeRawBufferPointer,
        from peer: ClientAddress,
        completion: @escaping @Sendable (@escaping @Sendable () -> Reply) -> Void
    ) -> Outcome {
        let match = request.method == .get ? get : put
        let endpoint = match.endpoint
        guard let runtime = service.readyRuntime, case .roles(let roles) = endpoint.access,
            let caller = runtime.authenticator.knownCaller(authorization: request.authorization),
            roles.contains(caller.role)
        else { return .declined }
        var trace = RequestTrace(
            requestID: RequestIdentifier.choose(callers: request.requestID),
            method: endpoint.method.rawValue
        )
        trace.template = endpoint.path.description
        trace.row = match.row
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
        return .reply(reply(UserHandlers.shown(user), turn, trace))
    }

    private func replace(
        _ id: UserID,
        _ body: UnsafeRawBufferPointer,
        _ runtime: Runtime,
        _ caller: Caller,
        _ trace: RequestTrace,
        _ completion: @escaping @Sendable (@escaping @Sendable () -> Reply) -> Void
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
        runtime.store.replace(id, with: draft, if: .none, context) { result in
            completion { reply(result, id, turn, trace) }
        }
        return .later
    }

    private func reply(
        _ result: Result<User, ProfileError>,
        _ id: UserID,
        _ turn: AccountTurn,
        _ trace: RequestTrace
    ) -> Reply {
        switch result {
        case .success(let user): return reply(UserHandlers.changed("User updated", user), turn, trace)
        case .failure(let error):
            let problem = APIResponder.problem(for: error)
            var trace = trace
            trace.cause = problem.cause
            return reply(problem.answer(instance: "/users/\(id)", requestID: trace.requestID), turn, trace)
        }
    }

    private func reply(_ answer: Answer, _ turn: AccountTurn, _ trace: RequestTrace) -> Reply {
        trace.log(answer.status, to: logger)
        metrics?.ended(row: trace.row, answer.status, after: trace.started.duration(to: .now), hasCredentials: true)
        return Reply(head: answer.head(requestID: trace.requestID, headers), body: answer.body, turn: turn)
    }
}
