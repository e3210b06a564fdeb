import CoreMetrics
import Synchronization

/// Counts values by size: two atomic additions a use.
///
/// A page that is made meanwhile may have a value's bucket and not yet its share of the sum, or the other way round.
final class HistogramCell: TimerHandler, RecorderHandler {
    /// The upper bounds of the buckets, in recorded units.
    let bounds: [Int64]
    /// One more than there are bounds, for what is larger than all.
    private let buckets: [CounterCell]
    private let total = CounterCell()

    init(bounds: [Int64]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in CounterCell() }
    }

    /// How many values fell into each bucket, the last without a bound.
    var counts: [Int64] { buckets.map(\.value) }

    /// The sum of all values, in recorded units.
    var sum: Int64 { total.value }

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
}
