/// Writes Prometheus' text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []

    /// Begins a family; its samples follow.
    mutating func family(_ definition: MetricDefinition) {
        let help = definition.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        line("# HELP \(definition.name) \(help)")
        line("# TYPE \(definition.name) \(definition.kind.rawValue)")
    }

    mutating func sample(_ definition: MetricDefinition, _ labels: String = "", _ value: some BinaryInteger) {
        sample(definition.name, labels, "\(value)")
    }

    mutating func sample(_ definition: MetricDefinition, _ labels: String = "", _ value: Double) {
        sample(definition.name, labels, Self.text(value))
    }

    /// Writes the buckets, each with all that is smaller, the sum and the count.
    mutating func histogram(_ definition: MetricDefinition, _ labels: String, _ cell: HistogramCell) {
        var count: Int64 = 0
        let separator = labels.isEmpty ? "" : ","
        for (bound, inBucket) in zip(cell.bounds.map(Double.init) + [.infinity], cell.counts) {
            count += inBucket
            let text = Self.text(bound / definition.unitsPerBase)
            sample("\(definition.name)_bucket", "\(labels)\(separator)le=\"\(text)\"", "\(count)")
        }
        sample("\(definition.name)_sum", labels, Self.text(Double(cell.sum) / definition.unitsPerBase))
        sample("\(definition.name)_count", labels, "\(count)")
    }

    /// Labels as they stand between the braces.
    static func labels(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private mutating func sample(_ name: String, _ labels: String, _ value: String) {
        line(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)")
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
