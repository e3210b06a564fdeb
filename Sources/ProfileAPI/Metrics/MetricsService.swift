import HTTPTransport
import HTTPTypes
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
    let service: APIService
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
                responder: MetricsResponder(service),
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

/// Answers requests for the page of metrics, each on a connection of its own.
final class MetricsResponder: RequestResponder, RequestSession {
    private static let path = "/metrics"

    private let service: APIService

    init(_ service: APIService) {
        self.service = service
    }

    /// No connection has a state of its own.
    func session(on channel: any Channel) -> any RequestSession { self }

    func respond(to head: RequestHead) -> ResponseStep {
        let sendsBody = head.method != .head
        guard head.targetText.prefix(while: { $0 != "?" }) == Self.path else {
            return .now(Self.text(.notFound, "There is only \(Self.path) here.", sendsBody))
        }
        guard head.method == .get || head.method == .head else {
            var response = Self.text(.methodNotAllowed, "Only GET and HEAD are possible here.", true)
            response.fields.append(HeaderField("Allow", "GET, HEAD"))
            return .now(response)
        }
        // The threads for reads of the store may all be waiting for a disk.
        return .later { [service] completion in
            NIOThreadPool.singleton.submit { state in
                let bytes = state == .active ? MetricsPage.bytes(service) : []
                completion { .now(Self.response(.ok, PrometheusText.contentType, bytes, sendsBody)) }
            }
        }
    }

    func response(to fault: RequestFault) -> Response {
        let problem = Problem(fault)
        return Self.text(problem.kind.status, problem.detail, true)
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String, _ sendsBody: Bool) -> Response {
        response(status, "text/plain; charset=utf-8", Array("\(text)\n".utf8), sendsBody)
    }

    private static func response(
        _ status: HTTPResponse.Status,
        _ type: String,
        _ bytes: [UInt8],
        _ sendsBody: Bool
    ) -> Response {
        var response = Response(
            status,
            .api,
            [
                HeaderField("Content-Type", type), HeaderField("Content-Length", String(bytes.count)),
                HeaderField("Date", HTTPDate.text()), HeaderField("Connection", "close"),
            ],
            sendsBody ? .bytes(bytes) : .none
        )
        response.closesConnection = true
        return response
    }
}
