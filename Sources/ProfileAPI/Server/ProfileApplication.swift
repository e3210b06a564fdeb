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
    private let accountReloads = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let certificateReloads = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
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
        let certificates = try await transport()
        let reading = NIOThreadPool(numberOfThreads: settings.readingThreads)
        let searching = NIOThreadPool(numberOfThreads: Self.searchingThreads)
        let hashing = NIOThreadPool(numberOfThreads: settings.hashingThreads)
        reading.start()
        searching.start()
        hashing.start()
        let service = APIService(
            reading: reading,
            searching: searching,
            documentation: Documentation(directory: settings.swaggerUIDirectory),
            endpoints: EndpointTable.all(largestPage: settings.maximumPageRows)
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
            reloads: accountReloads.stream,
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
        let http = server(service, metrics.requests, certificates) { port in
            onListening(port)
            listening.continuation.yield(port)
            listening.continuation.finish()
        }
        let watch = certificates.map { certificates in
            CertificateWatch(
                certificates: certificates,
                pool: reading,
                requests: certificateReloads.stream,
                logger: logger
            )
        }
        // Each has a name, since the group would print the whole of what has none, settings included, into its log.
        // Services stop in the reverse order: first what would take long, then requests, then the store.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: metricsPage, serviceName: "metrics"),
                    .init(
                        service: store,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup,
                        serviceName: "store"
                    ),
                    .init(
                        service: http,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        serviceName: "HTTP"
                    ),
                    .init(service: StopNotice(service: service, backups: backups), serviceName: "stop notice"),
                ] + (watch.map { [Self.watching($0)] } ?? []),
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

    private static func watching(_ watch: CertificateWatch) -> ServiceGroupConfiguration.ServiceConfiguration {
        .init(service: watch, successTerminationBehavior: .ignore, serviceName: "certificates")
    }

    /// Reads again, without interrupting anything, what may change while the server runs: the accounts file, and the
    /// certificate with its key.
    public func reload() {
        accountReloads.continuation.yield()
        certificateReloads.continuation.yield()
    }

    /// The certificates to serve with, if TLS is to be spoken. Warns of plain HTTP where others reach it.
    private func transport() async throws -> TLSCertificates? {
        let settings = settings
        // Files and names may take their time.
        let (certificates, isExposed) = try await NIOThreadPool.singleton.runIfActive {
            (try settings.certificate.map { try TLSCertificates($0) }, try ListeningRule.isExposed(settings))
        }
        if isExposed {
            logger.warning(
                "plain HTTP on an address that other machines reach: something in front of the server must speak TLS",
                metadata: ["host": .string(settings.host)]
            )
        }
        return certificates
    }

    private func server(
        _ service: APIService,
        _ metrics: RequestMetrics,
        _ certificates: TLSCertificates?,
        onListening: @escaping @Sendable (Int) -> Void
    ) -> some Service {
        // Hummingbird's own messages, for example on the port, are for debugging.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let (port, limit) = (settings.port, connectionLimit)
        let group = MultiThreadedEventLoopGroup.singleton
        let table = ConnectionTable(
            limit: limit,
            grace: .seconds(Int64(settings.graceSeconds)),
            group: group
        )
        return Server(
            childChannelSetup: channel(service, metrics, certificates, table, group),
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: port),
                backlog: Self.backlog,
                availableConnectionsDelegate: ConnectionLimit(limit: limit, table: table)
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? port) },
            eventLoopGroup: group,
            logger: quiet
        )
    }

    private func channel(
        _ service: APIService,
        _ metrics: RequestMetrics,
        _ certificates: TLSCertificates?,
        _ table: ConnectionTable,
        _ group: any EventLoopGroup
    ) -> APIChannel {
        let headers = certificates == nil ? CommonHeaders.plain : .secure
        let accountLimits = AccountLimits(
            atOnce: settings.requestsPerAccount,
            perSecond: settings.requestsPerSecondPerAccount
        )
        let responder = APIResponder(
            service: service,
            bodyLimit: settings.maximumBodyBytes,
            accountLimits: accountLimits,
            headers: headers,
            metrics: metrics,
            logger: logger
        )
        let fast = FastResponder(
            service: service,
            accountLimits: accountLimits,
            headers: headers,
            metrics: metrics,
            logger: logger
        )
        return APIChannel(
            responder: responder,
            fast: settings.usesFastPath ? fast.map { FastPath($0, group: group) } : nil,
            refusal: Refusal(limits: RequestLimits(settings), headers: headers, metrics: metrics, logger: logger),
            table: table,
            certificates: certificates,
            logger: logger
        )
    }

    /// Connections that the system may have accepted before the server takes them; Linux bounds it by
    /// `net.core.somaxconn`, usually 4,096.
    private static let backlog = 4_096

    /// As many connections as are wanted, or as the system allows files.
    private var connectionLimit: Int {
        guard let files = OpenFiles.limit else { return settings.maximumConnections }
        let possible = max(1, files - ConnectionLimit.reservedDescriptors)
        guard possible < settings.maximumConnections else { return settings.maximumConnections }
        logger.warning(
            "the system allows fewer open files than connections are wanted",
            metadata: ["files": .stringConvertible(files), "connections": .stringConvertible(possible)]
        )
        return possible
    }
}
