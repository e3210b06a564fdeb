import CoreMetrics
import LogStorage

/// Holds the metrics that were made through swift-metrics, and writes them as Prometheus' text.
///
/// Making one takes a lock; using one does not. It is bounded: beyond ``maximumSeries`` what is made counts nothing.
final class PrometheusRegistry: MetricsFactory {
    private enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    private struct Family: Sendable {
        /// In the order in which they were made.
        var series: [(labels: String, cell: Cell)] = []
        /// The place of each in ``series``, by its labels.
        var places: [String: Int] = [:]

        mutating func append(_ labels: String, _ cell: Cell) {
            places[labels] = series.count
            series.append((labels, cell))
        }
    }

    private struct State: Sendable {
        var families: [String: Family] = [:]
        var count = 0
    }

    /// The table of endpoints makes about 500.
    static let maximumSeries = 10_000

    private let known: [String: MetricDefinition]
    private let state = Monitor(State())

    /// - Parameter definitions: the families by which metrics are looked up; others are not taken.
    init(_ definitions: [MetricDefinition] = MetricCatalog.all) {
        known = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Writes the series of a family.
    func write(_ definition: MetricDefinition, to text: inout PrometheusText) {
        let series = state.withLock { $0.families[definition.name]?.series ?? [] }
        for (labels, cell) in series {
            switch cell {
            case .counter(let counter):
                let value = counter.value
                if value != 0 || !definition.omitsZeros { text.sample(definition, labels, value) }
            case .gauge(let gauge): text.sample(definition, labels, gauge.value)
            case .histogram(let histogram): text.histogram(definition, labels, histogram)
            }
        }
    }

    // MARK: MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter(let cell)? = cell(label, dimensions, { _ in .counter(CounterCell()) }) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard case .gauge(let cell)? = cell(label, dimensions, { _ in .gauge(GaugeCell()) }) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let made = cell(label, dimensions) { aggregate ? .histogram(HistogramCell(bounds: $0)) : .gauge(GaugeCell()) }
        return switch made {
        case .histogram(let cell): cell
        case .gauge(let cell): cell
        case .counter, nil: NOOPMetricsHandler.instance
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard case .histogram(let cell)? = cell(label, dimensions, { .histogram(HistogramCell(bounds: $0)) }) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    // A series stays for as long as the process: one that vanished would look like a restart.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of that name and these labels, made if there is none.
    private func cell(_ label: String, _ dimensions: [(String, String)], _ make: ([Int64]) -> Cell) -> Cell? {
        guard let definition = known[label] else { return nil }
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            if let family = state.families[label], let place = family.places[labels] {
                return family.series[place].cell
            }
            guard state.count < Self.maximumSeries else { return nil }
            let cell = make(definition.bounds)
            state.count += 1
            state.families[label, default: Family()].append(labels, cell)
            return cell
        }
    }
}
