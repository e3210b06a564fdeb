import HTTPTransport
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Serves the page of metrics on a port of its own.
///
/// It never keeps the profiles away: when the port cannot be had, that is an error in the log, and the server works
/// without it.
struct MetricsService: Service {
    let settings: ServerSettings
    let page: MetricsPage
    let logger: Logger
    /// Gets the port once it is open; `nil` when there is none.
    let onListening: @Sendable (Int?) -> Void

    /// Enough for scrapers and an operator. At the limit, the connection idle longest is closed.
    private static let maximumConnections = 64
    /// Scrapers ask at once; the time bounds connections that stall.
    private static let limits = TransportLimits(
        idleTime: .seconds(10),
        headerTime: .seconds(5),
        requestTime: .seconds(10),
        headerBytes: 8 << 10,
        bodyBytes: 0
    )

    func run() async throws {
        guard let port = settings.metricsPort else {
            onListening(nil)
            try? await gracefulShutdown()
            return
        }
        do {
            try await HTTPListener(
                host: settings.metricsHost,
                port: port,
                responder: MetricsResponder(page: page),
                limits: Self.limits,
                maximumConnections: Self.maximumConnections,
                grace: .milliseconds(100),
                onListening: onListening,
                logger: logger
            ).run()
        } catch {
            let names = (host: SettingName.metricsHost.rawValue, port: SettingName.metricsPort.rawValue)
            let reason = StartError.listening(error, on: settings.metricsHost, port, options: names)
            logger.error("there are no metrics: \(reason)")
            onListening(nil)
            try? await gracefulShutdown()
        }
    }
}
