import LogStorage
import Synchronization
import UserProfiles

/// The state that requests meet: still starting, ready, or stopping.
final class APIService: Sendable {
    /// How far the server has come.
    enum Progress: Sendable {
        case starting(RecoveryProgress?)
        case ready(Runtime)
        case stopping
    }

    let documentation: Documentation
    /// What there is to ask for.
    let endpoints: [Endpoint]
    /// The OpenAPI document of these endpoints.
    let description: [UInt8]
    private let state = Monitor<Progress>(.starting(nil))
    private let isStopping = Atomic<Bool>(false)

    init(
        documentation: Documentation,
        endpoints: [Endpoint] = EndpointTable.all,
        build: Build = .unknown
    ) {
        self.endpoints = endpoints
        description = OpenAPIDocument.json(for: endpoints, build: build)
        self.documentation = documentation
    }

    /// Notes how far the recovery has come.
    func report(_ progress: RecoveryProgress) {
        state.withLock { if case .starting = $0 { $0 = .starting(progress) } }
    }

    /// From now on requests are answered.
    func open(_ runtime: Runtime) {
        state.withLock { $0 = .ready(runtime) }
    }

    /// From now on the server is not ready any more, though it answers the requests that still come.
    func announceStop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// From now on requests are refused.
    func stop() {
        state.withLock { $0 = .stopping }
    }

    /// How far the server has come by now.
    var progress: Progress { isStopping.load(ordering: .relaxed) ? .stopping : state.withLock { $0 } }

    /// What is needed to answer.
    ///
    /// - Throws: 503 while the server starts or stops.
    func runtime() throws(Problem) -> Runtime {
        let (runtime, problem) = state.withLock { state -> (Runtime?, Problem) in
            switch state {
            case .ready(let runtime): (runtime, Problem(.recovering, ""))
            case .starting(let progress): (nil, Self.recovering(progress))
            case .stopping: (nil, Problem.stopping)
            }
        }
        guard let runtime else { throw problem }
        return runtime
    }

    /// What is needed to answer, unless the server is about to stop.
    ///
    /// - Throws: 503 while the server starts or stops.
    func runtimeThatStays() throws(Problem) -> Runtime {
        if case .stopping = progress { throw Problem.stopping }
        return try runtime()
    }

    private static func recovering(_ progress: RecoveryProgress?) -> Problem {
        var problem = Problem(.recovering, "The server is reading its log. Try again in a moment.", retryAfter: 1)
        problem.extras = [("phase", .text(progress?.phase.rawValue ?? "starting"))]
        if let progress {
            problem.extras.append(("replayed", .number(progress.replayed.rawValue)))
            problem.extras.append(("last", .number(progress.last.rawValue)))
        }
        return problem
    }
}
