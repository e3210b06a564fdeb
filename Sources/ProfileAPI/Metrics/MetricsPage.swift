import LogStorage
import UserProfiles

/// The page of all metrics: what was counted, and how things are at this moment.
enum MetricsPage {
    /// Makes the page. Blocks for some system calls on the data directory's file system.
    static func bytes(_ service: APIService) -> [UInt8] {
        var text = PrometheusText()
        let moment = MetricsMoment(service)
        for definition in MetricCatalog.all {
            text.family(definition)
            service.metrics.registry.write(definition, to: &text)
            for (labels, value) in definition.read(moment) {
                text.sample(definition, PrometheusText.labels(labels), value)
            }
        }
        ProcessMetrics.write(to: &text)
        return text.bytes
    }
}

/// What is looked up when a page is made.
struct MetricsMoment {
    let build: Build
    let backups: BackupGate.Counts
    let scrub: ScrubReport.Progress
    /// How long opening the store took; nil until it is open.
    let recovery: Duration?
    /// How much of the log the start has taken in, 0 to 1; nil when the server stops.
    private(set) var recoveryRatio: Double?
    /// The status of the store, while requests are answered.
    private(set) var status: StoreStatus?
    /// What the store cannot do or lacks.
    private(set) var reasons: [Readiness.Reason] = []
    /// Nil when the system does not tell.
    private(set) var disk: DiskSpace?

    init(_ service: APIService) {
        (build, backups, scrub) = (service.build, service.backups.counts, service.scrub.progress)
        recovery = service.metrics.recovery.withLock { $0 }
        switch service.progress {
        case .starting(let progress):
            let last = progress?.last.rawValue ?? 0
            recoveryRatio = last == 0 ? 0 : Double(progress?.replayed.rawValue ?? 0) / Double(last)
        case .ready(let runtime):
            recoveryRatio = 1
            // First, since it may find out what the status then says.
            reasons = runtime.readiness().reasons
            status = runtime.store.status
            disk = DiskSpace(at: runtime.dataDirectory)
        case .stopping: break
        }
    }
}

/// Writes Prometheus' text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []

    /// Begins a family; its samples follow.
    mutating func family(_ definition: MetricDefinition) {
        let help = definition.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        line("# HELP \(definition.name)", "", help)
        line("# TYPE \(definition.name)", "", definition.kind.rawValue)
    }

    mutating func sample(_ definition: MetricDefinition, _ labels: String = "", _ value: some BinaryInteger) {
        line(definition.name, labels, "\(value)")
    }

    mutating func sample(_ definition: MetricDefinition, _ labels: String = "", _ value: Double) {
        line(definition.name, labels, Self.number(value))
    }

    mutating func line(_ name: String, _ labels: String, _ value: String) {
        bytes.append(contentsOf: (labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n").utf8)
    }

    /// Labels as they stand between the braces.
    static func labels(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
