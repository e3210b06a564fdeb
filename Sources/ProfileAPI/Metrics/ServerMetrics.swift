import CoreMetrics
import LogStorage

/// The metrics of one server.
final class ServerMetrics: Sendable {
    let registry = PrometheusRegistry()
    let requests: RequestMetrics
    let store: StoreMetrics
    let recovery = Monitor<Duration?>(nil)

    init() {
        requests = RequestMetrics(EndpointTable.all, registry)
        store = StoreMetrics(registry)
    }
}
