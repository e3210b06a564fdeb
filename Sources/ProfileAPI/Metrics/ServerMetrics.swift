import CoreMetrics
import LogStorage
import UserProfiles

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

/// Measures what the store and its log tell while they work.
struct StoreMetrics: LogObserver, StoreObserver {
    private let commitRecords: Recorder
    private let commitDuration: Timer
    private let commitFailures: Counter
    private let syncDuration: Timer
    private let writtenBytes: Counter
    private let checkpointDuration: Timer

    init(_ registry: PrometheusRegistry) {
        commitRecords = Recorder(label: MetricCatalog.commitRecords.name, factory: registry)
        commitDuration = Timer(label: MetricCatalog.commitDuration.name, factory: registry)
        commitFailures = Counter(label: MetricCatalog.commitFailures.name, factory: registry)
        syncDuration = Timer(label: MetricCatalog.syncDuration.name, factory: registry)
        writtenBytes = Counter(label: MetricCatalog.writtenBytes.name, factory: registry)
        checkpointDuration = Timer(label: MetricCatalog.checkpointDuration.name, factory: registry)
    }

    func appended(records: Int, bytes: Int, sync: Duration) {
        writtenBytes.increment(by: bytes)
        syncDuration.recordNanoseconds(sync.nanoseconds)
    }

    func committed(records: Int, duration: Duration) {
        commitRecords.record(records)
        commitDuration.recordNanoseconds(duration.nanoseconds)
    }

    func commitFailed() {
        commitFailures.increment()
    }

    func checkpointed(_ report: CheckpointReport) {
        checkpointDuration.recordSeconds(report.seconds)
    }
}
