import UserProfiles

/// Holds values against the schemas of an OpenAPI document, as far as that one uses JSON Schema.
struct SchemaCheck {
    /// The whole document, in which references point.
    let document: JSONValue

    /// What of the value does not fit, or is not described, each with its place.
    func faults(_ value: JSONValue, _ schema: JSONValue?, at place: String = "") -> [String] {
        guard let schema = resolved(schema) else { return ["\(place): there is no such schema"] }
        var faults = typeFaults(value, schema, place)
        if case .array(let words)? = schema["enum"], !words.contains(value) { faults.append("\(place): \(value)") }
        switch value {
        case .object(let object): faults += memberFaults(object, schema, place)
        case .array(let values):
            for (index, value) in values.enumerated() {
                faults += self.faults(value, schema["items"], at: "\(place)/\(index)")
            }
        case .null, .bool, .number, .string: break
        }
        return faults
    }

    /// The target of a `$ref`; any other node as it is.
    func resolved(_ node: JSONValue?) -> JSONValue? {
        guard case .string(let reference)? = node?["$ref"] else { return node }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0?[String($1)] }
    }

    private func typeFaults(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        let types: [String] =
            switch schema["type"] {
            case .string(let type)?: [type]
            case .array(let types)?: types.compactMap { if case .string(let type) = $0 { type } else { nil } }
            default: []
            }
        return types.isEmpty || types.contains { Self.fits(value, $0) } ? [] : ["\(place): \(value.typeName)"]
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"): true
        case (.number(let number), "integer"): Int64(number.text) != nil
        case (.number, "number"): true
        default: false
        }
    }

    private func memberFaults(_ object: JSONObject, _ schema: JSONValue, _ place: String) -> [String] {
        var faults: [String] = []
        if case .array(let names)? = schema["required"] {
            for case .string(let name) in names where object[name] == nil { faults.append("\(place)/\(name): missing") }
        }
        for member in object.members {
            let place = "\(place)/\(member.key)"
            if let described = schema["properties"]?[member.key] {
                faults += self.faults(member.value, described, at: place)
            } else if case .object? = schema["additionalProperties"] {
                faults += self.faults(member.value, schema["additionalProperties"], at: place)
            } else if schema["properties"] != nil {
                faults.append("\(place): not described")
            }
        }
        return faults
    }
}

extension JSONValue {
    /// A member of an object.
    subscript(_ key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The members of an object.
    var members: [JSONObject.Member] {
        if case .object(let object) = self { object.members } else { [] }
    }
}
