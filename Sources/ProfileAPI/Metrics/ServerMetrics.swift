import CoreMetrics
import LogStorage
import UserProfiles

/// The metrics of one server; measures what the store and its log tell while they work.
final class ServerMetrics: LogObserver, StoreObserver {
    let registry = PrometheusRegistry()
    let requests: RequestMetrics
    /// How long opening the store took; nil until it is open.
    let recovery = Monitor<Duration?>(nil)
    private let commitRecords: Recorder
    private let commitDuration: Timer
    private let commitFailures: Counter
    private let syncDuration: Timer
    private let writtenBytes: Counter
    private let checkpointDuration: Timer

    init() {
        requests = RequestMetrics(EndpointTable.all, registry)
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
