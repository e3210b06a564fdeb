import HTTPTransport
public import Logging
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import UserProfiles

/// The whole server: opens the port, then the store, answers, and stops in the reverse order.
public struct ProfileApplication: Service {
    let settings: ServerSettings
    let logger: Logger
    let onReady: @Sendable (ReadyReport) -> Void
    private let onListening: @Sendable (Int) -> Void
    let accountReloads = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
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

    /// Runs until it is asked to shut down gracefully; then finishes requests, commits and closes the store.
    ///
    /// - Throws: `StartError` when the port, the data directory or the accounts cannot be had.
    public func run() async throws {
        let certificates = try await transport()
        let hashing = NIOThreadPool(numberOfThreads: settings.hashingThreads)
        hashing.start()
        let service = APIService(settings)
        let listening = AsyncStream.makeStream(of: Int.self)
        let metricsListening = AsyncStream.makeStream(of: Int?.self)
        let store = StoreService(
            application: self,
            service: service,
            hashing: hashing,
            listening: listening.stream,
            metricsListening: metricsListening.stream
        )
        let metrics = MetricsService(settings: settings, service: service, logger: logger) { port in
            metricsListening.continuation.yield(port)
            metricsListening.continuation.finish()
        }
        let http = listener(service, certificates) { port in
            onListening(port)
            listening.continuation.yield(port)
            listening.continuation.finish()
        }
        // Each has a name, since the group would print the whole of what has none, settings included, into its log.
        // Services stop in the reverse order: first what would take long, then requests, then the store.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: metrics, serviceName: "metrics"),
            .init(
                service: store,
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup,
                serviceName: "store"
            ),
            .init(service: http, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "HTTP"),
            .init(service: StopNotice(service: service), serviceName: "stop notice"),
        ]
        if let certificates {
            let watch = CertificateWatch(
                certificates: certificates,
                pool: .singleton,
                requests: certificateReloads.stream,
                logger: logger
            )
            services.append(
                .init(service: watch, successTerminationBehavior: .ignore, serviceName: "certificates")
            )
        }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        let result: Result<Void, any Error>
        do {
            try await group.run()
            result = .success(())
        } catch {
            result = .failure(StartError.describing(error, settings: settings))
        }
        try await hashing.shutdownGracefully()
        try result.get()
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
            (try settings.certificate.map { try TLSCertificates($0) }, try settings.isExposed())
        }
        if isExposed {
            logger.warning(
                "plain HTTP on an address that other machines reach: something in front of the server must speak TLS",
                metadata: ["host": .string(settings.host)]
            )
        }
        return certificates
    }

    private func listener(
        _ service: APIService,
        _ certificates: TLSCertificates?,
        onListening: @escaping @Sendable (Int) -> Void
    ) -> HTTPListener {
        let responder = APIResponder(
            service: service,
            bodyLimit: settings.maximumBodyBytes,
            accountLimits: AccountLimits(
                atOnce: settings.requestsPerAccount,
                perSecond: settings.requestsPerSecondPerAccount
            ),
            isSecure: certificates != nil,
            metrics: service.metrics.requests,
            logger: logger
        )
        var tls: (@Sendable () -> NIOSSLContext)?
        if let certificates { tls = { certificates.context } }
        return HTTPListener(
            host: settings.host,
            port: settings.port,
            responder: responder,
            limits: TransportLimits(
                idleTime: .seconds(Int64(settings.idleTimeoutSeconds)),
                headerTime: .seconds(Int64(settings.headerTimeoutSeconds)),
                requestTime: .seconds(Int64(settings.requestTimeoutSeconds)),
                headerBytes: settings.maximumHeaderBytes,
                bodyBytes: settings.maximumBodyBytes
            ),
            maximumConnections: maximumConnections,
            grace: .seconds(Int64(settings.graceSeconds)),
            tls: tls,
            onListening: onListening,
            logger: logger
        )
    }

    /// As many connections as are wanted, or as the system allows files.
    private var maximumConnections: Int {
        let usable = HTTPListener.usableConnections(settings.maximumConnections)
        if usable < settings.maximumConnections {
            logger.warning(
                "the system allows fewer open files than connections are wanted",
                metadata: ["connections": .stringConvertible(usable)]
            )
        }
        return usable
    }
}

/// What the banner shows once the server answers.
public struct ReadyReport: Sendable {
    /// The port that is open.
    public let port: Int
    /// The port of the metrics; `nil` when there are none.
    public let metricsPort: Int?
    /// Records in the log.
    public let records: UInt64
    /// Users that are not deleted.
    public let liveUsers: Int
    /// The first record whose bytes the start read and verified.
    public let verifiedFrom: UInt64
    /// The administrator that this start made, with the password that is shown once and kept nowhere.
    public let generatedAdmin: (name: String, password: String)?
}

/// The first to hear of a stop: from then on the server is not ready.
private struct StopNotice: Service {
    let service: APIService

    func run() async throws {
        try? await gracefulShutdown()
        service.announceStop()
    }
}
