import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import UserProfiles

/// The whole server: opens the port, then the store, answers, and stops in the reverse order.
public struct ProfileApplication: Service {
    private let settings: ServerSettings
    private let logger: Logger
    private let onReady: @Sendable (ReadyReport) -> Void
    private let onListening: @Sendable (Int) -> Void
    private let reloads = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// The clock of the login budgets; tests put one in its place that stands still.
    var loginClock = LoginThrottle.monotonicTime
    /// How the store is opened; tests put something slow in its place.
    var opening: StoreService.Opening = { try ProfileStore.open($0, logger: $1, progress: $2) }

    /// - Parameters:
    ///   - onListening: called with the port once it is open; requests get 503 until the store is.
    ///   - onReady: called once requests are answered.
    public init(
        settings: ServerSettings,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onReady: @escaping @Sendable (ReadyReport) -> Void = { _ in }
    ) {
        self.settings = settings
        self.logger = logger
        self.onListening = onListening
        self.onReady = onReady
    }

    /// Two, so that a second long read does not wait for the first; more would only take the processors from the rest.
    private static let searchingThreads = 2

    /// Runs until it is asked to shut down gracefully; then finishes requests, commits and closes the store.
    ///
    /// - Throws: `StartError` when the port, the data directory or the accounts cannot be had.
    public func run() async throws {
        let reading = NIOThreadPool(numberOfThreads: settings.readingThreads)
        let searching = NIOThreadPool(numberOfThreads: Self.searchingThreads)
        let hashing = NIOThreadPool(numberOfThreads: settings.hashingThreads)
        reading.start()
        searching.start()
        hashing.start()
        let service = APIService(
            reading: reading,
            searching: searching,
            documentation: Documentation(directory: settings.swaggerUIDirectory)
        )
        let listening = AsyncStream.makeStream(of: Int.self)
        let metricsListening = AsyncStream.makeStream(of: Int?.self)
        let (metrics, backups, scrub) = (ServerMetrics(), BackupGate(), ScrubReport())
        let store = StoreService(
            settings: settings,
            service: service,
            hashing: hashing,
            listening: listening.stream,
            metricsListening: metricsListening.stream,
            metrics: metrics,
            backups: backups,
            scrub: scrub,
            onReady: onReady,
            opening: opening,
            loginClock: loginClock,
            reloads: reloads.stream,
            logger: logger
        )
        let metricsPage = MetricsService(
            settings: settings,
            page: MetricsPage(metrics: metrics, service: service, backups: backups, scrub: scrub),
            logger: logger
        ) { port in
            metricsListening.continuation.yield(port)
            metricsListening.continuation.finish()
        }
        let http = server(service, metrics.requests) { port in
            onListening(port)
            listening.continuation.yield(port)
            listening.continuation.finish()
        }
        // Services stop in the reverse order: first what would take long, then requests, then the store.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: metricsPage),
                    .init(
                        service: store,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    ),
                    .init(service: http, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: StopNotice(service: service, backups: backups)),
                ],
                logger: logger
            )
        )
        let result: Result<Void, any Error>
        do {
            try await group.run()
            result = .success(())
        } catch {
            result = .failure(StartError.describing(error, settings: settings))
        }
        try await reading.shutdownGracefully()
        try await searching.shutdownGracefully()
        try await hashing.shutdownGracefully()
        try result.get()
    }

    /// Reads again, without interrupting anything, what may change while the server runs: the accounts file.
    public func reload() {
        reloads.continuation.yield()
    }

    private func server(
        _ service: APIService,
        _ metrics: RequestMetrics,
        onListening: @escaping @Sendable (Int) -> Void
    ) -> some Service {
        // Hummingbird's own messages, for example on the port, are for debugging.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let (port, limit) = (settings.port, settings.maximumConnections)
        return Server(
            childChannelSetup: APIChannel(
                responder: APIResponder(
                    service: service,
                    bodyLimit: settings.maximumBodyBytes,
                    metrics: metrics,
                    logger: logger
                ),
                settings: settings,
                fast: settings.usesFastPath
                    ? FastResponder(service: service, metrics: metrics, logger: logger) : nil
            ),
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(limit, logger: quiet)
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
    }
}
