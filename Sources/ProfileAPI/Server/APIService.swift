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
    let build: Build
    let backups = BackupGate()
    let scrub = ScrubReport()
    let metrics = ServerMetrics()
    private let state = Monitor<Progress>(.starting(nil))
    private let isStopping = Atomic<Bool>(false)

    init(_ settings: ServerSettings) {
        documentation = Documentation(directory: settings.swaggerUIDirectory)
        endpoints = EndpointTable.all(largestPage: settings.maximumPageRows)
        build = settings.build
        description = OpenAPIDocument.json(for: endpoints, build: build)
    }

    /// Notes how far the recovery has come.
    func report(_ progress: RecoveryProgress) {
        state.withLock { if case .starting = $0 { $0 = .starting(progress) } }
    }

    /// From now on requests are answered.
    func open(_ runtime: Runtime) {
        state.withLock { $0 = .ready(runtime) }
    }

    /// From now on the server is not ready any more, though it answers the requests that still come; backups, which can
    /// take hours, are broken off.
    func announceStop() {
        isStopping.store(true, ordering: .relaxed)
        backups.stop()
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
        switch state.withLock({ $0 }) {
        case .ready(let runtime): return runtime
        case .starting(let progress): throw Self.recovering(progress)
        case .stopping: throw Problem.stopping
        }
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
        let phase: JSONValue = ["phase": .string(progress?.phase.rawValue ?? "starting")]
        problem.extras = phase.adding("replayed", progress.map { .number($0.replayed.rawValue) })
            .adding("last", progress.map { .number($0.last.rawValue) })
        return problem
    }
}
