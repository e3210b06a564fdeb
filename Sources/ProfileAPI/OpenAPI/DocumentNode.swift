import UserProfiles

/// A JSON document written down as Swift literals; members keep their order.
indirect enum DocumentNode: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case text(String)
    case list([DocumentNode])
    case object([(String, DocumentNode)])

    /// The object with further members behind its own; anything else as it is.
    func adding(_ members: [(String, DocumentNode)]) -> DocumentNode {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }

    /// The object's members; none of anything else.
    var members: [(String, DocumentNode)] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The schema with a description.
    func described(_ description: String) -> DocumentNode { adding([("description", .text(description))]) }

    func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let value): json.bool(value)
        case .integer(let value): json.number(value)
        case .text(let value): json.string(value)
        case .list(let values):
            json.beginArray()
            for value in values { value.write(to: &json) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for member in members {
                json.key(member.0)
                member.1.write(to: &json)
            }
            json.endObject()
        }
    }
}

extension DocumentNode: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self = .text(value) }
}

extension DocumentNode: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self = .integer(value) }
}

extension DocumentNode: ExpressibleByBooleanLiteral {
    init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension DocumentNode: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: DocumentNode...) { self = .list(elements) }
}

extension DocumentNode: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, DocumentNode)...) { self = .object(elements) }
}
