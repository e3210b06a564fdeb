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
