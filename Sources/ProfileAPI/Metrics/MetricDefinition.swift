/// What a family of metrics is called, of which kind it is, and what it says.
struct MetricDefinition: Sendable, Hashable {
    /// The kinds of Prometheus' text format.
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// With its unit at the end, in base units; counters end in `_total`.
    let name: String
    let kind: Kind
    /// One sentence for the line HELP.
    let help: String
    /// For a histogram: the upper bounds of its buckets in recorded units, ascending.
    var bounds: [Int64] = []
    /// How many recorded units make a base unit: 10⁹ for durations, which are recorded in nanoseconds.
    var unitsPerBase: Double = 1
    /// Whether series that count nothing yet are left out, where there could be many.
    var omitsZeros = false

    static func counter(_ name: String, _ help: String, omitsZeros: Bool = false) -> MetricDefinition {
        MetricDefinition(name: name, kind: .counter, help: help, omitsZeros: omitsZeros)
    }

    static func gauge(_ name: String, _ help: String) -> MetricDefinition {
        MetricDefinition(name: name, kind: .gauge, help: help)
    }

    /// - Parameter microseconds: the upper bounds.
    static func durations(_ name: String, _ help: String, microseconds: [Int64]) -> MetricDefinition {
        MetricDefinition(
            name: name,
            kind: .histogram,
            help: help,
            bounds: microseconds.map { $0 * 1_000 },
            unitsPerBase: 1_000_000_000
        )
    }

    static func amounts(_ name: String, _ help: String, bounds: [Int64]) -> MetricDefinition {
        MetricDefinition(name: name, kind: .histogram, help: help, bounds: bounds)
    }
}
