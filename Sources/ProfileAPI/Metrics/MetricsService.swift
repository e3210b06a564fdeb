import HummingbirdCore
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

    /// Scrapers, and somebody who looks.
    private static let maximumConnections = 16

    func run() async throws {
        guard let port = settings.metricsPort else {
            onListening(nil)
            try? await gracefulShutdown()
            return
        }
        do {
            try await server(port).run()
        } catch {
            let names = "\(SettingName.metricsHost.rawValue) and \(SettingName.metricsPort.rawValue)"
            logger.error(
                "there are no metrics: \(settings.metricsHost):\(port) cannot be opened (\(error)); see \(names)"
            )
            onListening(nil)
            try? await gracefulShutdown()
        }
    }

    private func server(_ port: Int) -> some Service {
        // Hummingbird's own messages are for debugging.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .critical)
        return Server(
            childChannelSetup: MetricsChannel(page: page),
            configuration: ServerConfiguration(
                address: .hostname(settings.metricsHost, port: port),
                backlog: 64,
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: quiet)
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
    }
}
