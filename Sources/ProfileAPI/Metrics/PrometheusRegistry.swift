import CoreMetrics
import LogStorage
import Synchronization

/// Holds the metrics that were made through swift-metrics, and writes them as Prometheus' text.
///
/// Making one takes a lock; using one does not. It is bounded: beyond ``maximumSeries`` what is made counts nothing.
final class PrometheusRegistry: MetricsFactory {
    private struct State: Sendable {
        /// By name and labels.
        var cells: [String: any MetricCell] = [:]
        /// Those of each family, in the order in which they were made.
        var families: [String: [(labels: String, cell: any MetricCell)]] = [:]
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
        let series = state.withLock { $0.families[definition.name] ?? [] }
        for (labels, cell) in series { cell.write(definition, labels, to: &text) }
    }

    // MARK: MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions) { _ in CounterCell() } ?? NOOPMetricsHandler.instance
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        cell(label, dimensions, HistogramCell.init) ?? NOOPMetricsHandler.instance
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, HistogramCell.init) ?? NOOPMetricsHandler.instance
    }

    // A series stays for as long as the process: one that vanished would look like a restart.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of that name and these labels, made if there is none.
    private func cell<Cell: MetricCell>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: (_ bounds: [Int64]) -> Cell
    ) -> Cell? {
        guard let definition = known[label] else { return nil }
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            let name = "\(label){\(labels)}"
            if let cell = state.cells[name] { return cell as? Cell }
            guard state.cells.count < Self.maximumSeries else { return nil }
            let cell = make(definition.bounds)
            state.cells[name] = cell
            state.families[label, default: []].append((labels, cell))
            return cell
        }
    }
}

/// The value of one series.
protocol MetricCell: Sendable {
    func write(_ definition: MetricDefinition, _ labels: String, to text: inout PrometheusText)
}

/// A number that only grows: one atomic addition a use.
final class CounterCell: CounterHandler, MetricCell {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }

    func write(_ definition: MetricDefinition, _ labels: String, to text: inout PrometheusText) {
        let value = value
        if value != 0 || !definition.omitsZeros { text.sample(definition, labels, value) }
    }
}

/// A number that goes up and down.
final class GaugeCell: MeterHandler, MetricCell {
    private let bits = Atomic<UInt64>(0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: known) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: known, desired: sum, ordering: .relaxed)
            if exchanged { return }
            known = original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func write(_ definition: MetricDefinition, _ labels: String, to text: inout PrometheusText) {
        text.sample(definition, labels, Double(bitPattern: bits.load(ordering: .relaxed)))
    }
}

/// Counts values by size: two atomic additions a use.
///
/// A page that is made meanwhile may have a value's bucket and not yet its share of the sum, or the other way round.
final class HistogramCell: TimerHandler, RecorderHandler, MetricCell {
    /// The upper bounds of the buckets, in recorded units.
    private let bounds: [Int64]
    /// One more than there are bounds, for what is larger than all.
    private let buckets: [CounterCell]
    /// The sum of all values, in recorded units.
    private let total = CounterCell()

    init(bounds: [Int64]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in CounterCell() }
    }

    func recordNanoseconds(_ duration: Int64) { record(duration) }

    func record(_ value: Int64) {
        var index = 0
        while index < bounds.count, bounds[index] < value { index += 1 }
        buckets[index].increment(by: 1)
        total.increment(by: value)
    }

    func record(_ value: Double) {
        record(value.isNaN ? 0 : Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max))
    }

    /// Writes the buckets, each with all that is smaller, the sum and the count.
    func write(_ definition: MetricDefinition, _ labels: String, to text: inout PrometheusText) {
        var count: Int64 = 0
        let separator = labels.isEmpty ? "" : ","
        for (bound, bucket) in zip(bounds.map(Double.init) + [.infinity], buckets) {
            count += bucket.value
            let limit = PrometheusText.number(bound / definition.unitsPerBase)
            text.line("\(definition.name)_bucket", "\(labels)\(separator)le=\"\(limit)\"", "\(count)")
        }
        let sum = Double(total.value) / definition.unitsPerBase
        text.line("\(definition.name)_sum", labels, PrometheusText.number(sum))
        text.line("\(definition.name)_count", labels, "\(count)")
    }
}
