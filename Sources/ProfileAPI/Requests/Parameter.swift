/// One parameter of an endpoint: what the server checks and what the OpenAPI document says are the same value.
struct Parameter: Sendable {
    /// Where the parameter stands in the request.
    enum Location: String, Sendable {
        case path, query, header
    }

    let name: String
    let location: Location
    let schema: ParameterSchema
    /// What the parameter does, for the OpenAPI document.
    let summary: String
    /// An example for the OpenAPI document. Swagger UI fills in those of required parameters only: a request with an
    /// example in each optional parameter would mean something else.
    let example: String?

    static func path(_ name: String, _ schema: ParameterSchema, _ summary: String, example: String) -> Parameter {
        Parameter(name: name, location: .path, schema: schema, summary: summary, example: example)
    }

    static func query(
        _ name: String,
        _ schema: ParameterSchema,
        _ summary: String,
        example: String? = nil
    ) -> Parameter {
        Parameter(name: name, location: .query, schema: schema, summary: summary, example: example)
    }

    /// The same parameter with no larger number than `maximum`; one that takes no integers as it is.
    func limited(to maximum: UInt64) -> Parameter {
        guard case .integer(let range, let fallback) = schema else { return self }
        let largest = max(range.lowerBound, min(range.upperBound, maximum))
        let schema = ParameterSchema.integer(range.lowerBound...largest, fallback: fallback.map { min($0, largest) })
        let example = example.flatMap { UInt64($0) }.map { String(min($0, largest)) }
        return Parameter(name: name, location: location, schema: schema, summary: summary, example: example)
    }

    static func header(_ name: String, _ summary: String, example: String? = nil) -> Parameter {
        Parameter(
            name: name,
            location: .header,
            schema: .text(maximumCharacters: nil),
            summary: summary,
            example: example
        )
    }
}
