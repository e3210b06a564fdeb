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
    private let logger: Logger
    private let get: Endpoint
    private let put: Endpoint

    /// `nil` if the table has no such endpoints.
    init?(service: APIService, logger: Logger) {
        let path = "/users/{id}"
        let endpoints = EndpointTable.all.filter { $0.path.description == path }
        guard let get = endpoints.first(where: { $0.method == .get }),
            let put = endpoints.first(where: { $0.method == .put })
        else { return nil }
        (self.service, self.logger, self.get, self.put) = (service, logger, get, put)
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
        let endpoint = request.method == .get ? get : put
        guard let runtime = service.readyRuntime, case .roles(let roles) = endpoint.access,
            let account = runtime.authenticator.rememberedAccount(authorization: request.authorization),
            roles.contains(account.role)
        else { return .declined }
        var trace = RequestTrace(
            requestID: RequestIdentifier.choose(callers: request.requestID),
            method: endpoint.method.rawValue
        )
        trace.template = endpoint.path.description
        trace.sourceIP = peer.text
        trace.actor = account.name
        switch request.method {
        case .get: return read(UserID(request.userID), runtime, trace)
        case .put:
            let body = UnsafeRawBufferPointer(rebasing: bytes[request.body])
            return replace(UserID(request.userID), body, account, runtime, trace, completion)
        }
    }

    private func read(_ id: UserID, _ runtime: Runtime, _ trace: RequestTrace) -> Outcome {
        do throws(ProfileError) {
            guard let user = try runtime.store.cachedUser(id) else { return .declined }
            return .reply(reply(UserHandlers.shown(user), trace))
        } catch {
            return .declined
        }
    }

    private func replace(
        _ id: UserID,
        _ body: UnsafeRawBufferPointer,
        _ account: Account,
        _ runtime: Runtime,
        _ trace: RequestTrace,
        _ completion: @escaping @Sendable (Reply) -> Void
    ) -> Outcome {
        guard let json = try? JSONParser.parse(body), let draft = try? ProfileDraft(json: json) else {
            return .declined
        }
        let context = ChangeContext(
            actor: account.name,
            reason: nil,
            requestID: trace.requestID,
            sourceIP: trace.sourceIP
        )
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
        return Reply(head: answer.head(requestID: trace.requestID), body: answer.body)
    }
}
