import UserProfiles

extension ParameterSchema {
    /// The JSON Schema of the values that ``parse(_:)`` takes.
    var node: DocumentNode {
        switch self {
        case .integer(let range, let fallback):
            DocumentNode.object([
                ("type", "integer"), ("format", "int64"),
                ("minimum", .integer(Int64(clamping: range.lowerBound))),
                ("maximum", .integer(Int64(clamping: range.upperBound))),
            ]).adding(fallback.map { [("default", .integer(Int64(clamping: $0)))] } ?? [])
        case .text(let maximum):
            DocumentNode.object([("type", "string")])
                .adding(maximum.map { [("minLength", 1), ("maxLength", .integer(Int64($0)))] } ?? [])
        case .oneOf(let words, let fallback):
            DocumentNode.object([("type", "string"), ("enum", .list(words.map { .text($0) }))])
                .adding(fallback.map { [("default", .text($0))] } ?? [])
        case .flag(let fallback): ["type": "boolean", "default": .bool(fallback)]
        case .time(.instant): ["type": "string", "format": "date-time"]
        case .time:
            ["anyOf": [["type": "string", "format": "date-time"], ["type": "string", "format": "date"]]]
        }
    }

    /// An example's text as a value of the schema's type.
    func example(_ text: String) -> DocumentNode {
        switch self {
        case .integer: Int64(text).map { .integer($0) } ?? .text(text)
        case .flag: .bool(text == "true")
        case .text, .oneOf, .time: .text(text)
        }
    }
}
