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
    private let metrics: RequestMetrics?
    private let logger: Logger
    private let get: Router.Match
    private let put: Router.Match

    /// `nil` if the table has no such endpoints.
    init?(service: APIService, metrics: RequestMetrics?, logger: Logger) {
        let router = Router(EndpointTable.all)
        guard let target = try? RequestTarget("/users/1"), let get = try? router.match(.get, target),
            let put = try? router.match(.put, target)
        else { return nil }
        (self.service, self.metrics, self.logger, self.get, self.put) = (service, metrics, logger, get, put)
    }

    /// - Parameters:
    ///   - bytes: the request's, of which `request` names the parts.
    ///   - completion: called once, on any thread, if the outcome is ``Outcome/later``.
    func respond(
        to request: FastRequest,
        _ bytes: UnsafeRawBufferPointer,
        from peer: ClientAddress,
        completion: @escaping @Sendable (Reply) -> Void
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
        case .get: return read(UserID(request.userID), runtime, trace)
        case .put:
            let body = UnsafeRawBufferPointer(rebasing: bytes[request.body])
            return replace(UserID(request.userID), body, caller, runtime, trace, completion)
        }
    }

    private func read(_ id: UserID, _ runtime: Runtime, _ trace: RequestTrace) -> Outcome {
        do throws(ProfileError) {
            guard let user = try runtime.store.cachedUser(id) else { return .declined }
            metrics?.began()
            return .reply(reply(UserHandlers.shown(user), trace))
        } catch {
            return .declined
        }
    }

    private func replace(
        _ id: UserID,
        _ body: UnsafeRawBufferPointer,
        _ caller: Caller,
        _ runtime: Runtime,
        _ trace: RequestTrace,
        _ completion: @escaping @Sendable (Reply) -> Void
    ) -> Outcome {
        guard let json = try? JSONParser.parse(body), let draft = try? ProfileDraft(json: json) else {
            return .declined
        }
        let context = ChangeContext(
            actor: caller.name,
            reason: nil,
            requestID: trace.requestID,
            sourceIP: trace.sourceIP
        )
        metrics?.began()
        runtime.store.replace(id, with: draft, if: .none, context) { result in
            switch result {
            case .success(let user): completion(reply(UserHandlers.changed("User updated", user), trace))
            case .failure(let error):
                let problem = Problem(error)
                var trace = trace
                trace.cause = problem.cause
                completion(reply(problem.answer(instance: "/users/\(id)", requestID: trace.requestID), trace))
            }
        }
        return .later
    }

    private func reply(_ answer: Answer, _ trace: RequestTrace) -> Reply {
        trace.log(answer.status, to: logger)
        metrics?.ended(row: trace.row, answer.status, after: trace.started.duration(to: .now), hasCredentials: true)
        return Reply(head: answer.head(requestID: trace.requestID), body: answer.body)
    }
}
