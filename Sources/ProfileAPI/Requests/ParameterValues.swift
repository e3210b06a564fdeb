import LogStorage

/// The checked path and query parameters of one request.
struct ParameterValues: Sendable {
    /// An endpoint has few, so looking through them is faster than a dictionary.
    private var values: [(name: String, value: ParameterValue)] = []

    /// No parameters.
    init() {}

    /// Checks everything at once: unknown and repeated names, values that do not fit.
    ///
    /// - Parameter path: segments that stand for the path parameters, by name.
    /// - Throws: 422 that names every parameter that is not right.
    init(
        path: [(name: String, value: String)],
        query: [RequestTarget.Item],
        parameters: [Parameter]
    ) throws(Problem) {
        var refusals: [Problem.Field] = []
        for (name, value) in path {
            take(name, value, .path, parameters, &refusals)
        }
        for item in query {
            if value(item.name) != nil || refusals.contains(where: { $0.name == item.name }) {
                refusals.append(Problem.Field(name: item.name, message: "is given more than once"))
            } else {
                take(item.name, item.value, .query, parameters, &refusals)
            }
        }
        if !refusals.isEmpty { throw Problem.invalid(refusals) }
        fillIn(parameters)
    }

    private mutating func take(
        _ name: String,
        _ text: String,
        _ location: Parameter.Location,
        _ parameters: [Parameter],
        _ refusals: inout [Problem.Field]
    ) {
        guard let index = parameters.firstIndex(where: { $0.name == name && $0.location == location }) else {
            let known = parameters.filter { $0.location == location }.map(\.name).joined(separator: ", ")
            let hint = known.isEmpty ? "this endpoint takes none" : "known are \(known)"
            refusals.append(Problem.Field(name: name, message: "unknown query parameter; \(hint)"))
            return
        }
        do throws(ParameterRefusal) {
            values.append((name, try parameters[index].schema.parse(text)))
        } catch {
            refusals.append(Problem.Field(name: name, message: error.message))
        }
    }

    private mutating func fillIn(_ parameters: [Parameter]) {
        for index in parameters.indices {
            guard let fallback = parameters[index].schema.fallback, value(parameters[index].name) == nil else {
                continue
            }
            values.append((parameters[index].name, fallback))
        }
    }

    private func value(_ name: String) -> ParameterValue? {
        for entry in values where entry.name == name { return entry.value }
        return nil
    }

    func integer(_ name: String) -> UInt64? {
        if case .integer(let value)? = value(name) { value } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .text(let value)? = value(name) { value } else { nil }
    }

    func flag(_ name: String) -> Bool {
        if case .flag(let value)? = value(name) { value } else { false }
    }

    func time(_ name: String) -> LogTimestamp? {
        if case .time(let value)? = value(name) { value } else { nil }
    }
}
