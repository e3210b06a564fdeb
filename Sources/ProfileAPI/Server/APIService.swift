import LogStorage
import NIOCore
import NIOPosix
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

    /// Threads for what blocks: reads of the store, files of the documentation page.
    let reading: NIOThreadPool
    /// Threads for reads that may take long: lists, histories, audit queries.
    let searching: NIOThreadPool
    let documentation: Documentation
    /// What there is to ask for.
    let endpoints: [Endpoint]
    /// The OpenAPI document of these endpoints.
    let description: ByteBuffer
    private let state = Monitor<Progress>(.starting(nil))
    private let isStopping = Atomic<Bool>(false)

    init(
        reading: NIOThreadPool,
        searching: NIOThreadPool,
        documentation: Documentation,
        endpoints: [Endpoint] = EndpointTable.all
    ) {
        self.endpoints = endpoints
        description = ByteBuffer(bytes: OpenAPIDocument.json(for: endpoints))
        self.reading = reading
        self.searching = searching
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

    /// What is needed to answer; `nil` while the server starts or stops.
    var readyRuntime: Runtime? {
        state.withLock { if case .ready(let runtime) = $0 { runtime } else { nil } }
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
            case .stopping: (nil, Self.stopping)
            }
        }
        guard let runtime else { throw problem }
        return runtime
    }

    /// What is needed to answer, unless the server is about to stop.
    ///
    /// - Throws: 503 while the server starts or stops.
    func runtimeThatStays() throws(Problem) -> Runtime {
        if case .stopping = progress { throw Self.stopping }
        return try runtime()
    }

    private static var stopping: Problem {
        Problem(.stopping, "The server is stopping. Try again in a moment.", retryAfter: 5)
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
