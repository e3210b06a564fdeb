import UserProfiles

/// A JSON document written down as Swift literals; members keep their order.
indirect enum DocumentNode: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case text(String)
    case list([DocumentNode])
    case object([(String, DocumentNode)])

    /// The object's members; none of anything else.
    var members: [(String, DocumentNode)] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The object with the members of another one behind its own.
    func adding(_ other: DocumentNode) -> DocumentNode { .object(members + other.members) }

    /// The object with a further member, unless that has no value.
    func adding(_ name: String, _ value: DocumentNode?) -> DocumentNode {
        value.map { .object(members + [(name, $0)]) } ?? self
    }

    /// The schema with a description.
    func described(_ description: String) -> DocumentNode { adding("description", .text(description)) }

    /// The document as JSON.
    var json: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }

    private func write(to json: inout JSONWriter) {
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
            for (name, value) in members {
                json.key(name)
                value.write(to: &json)
            }
            json.endObject()
        }
    }
}

extension DocumentNode: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: DocumentNode...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, DocumentNode)...) { self = .object(elements) }
}
