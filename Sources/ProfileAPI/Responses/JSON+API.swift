import HTTPTransport
import HTTPTypes
public import UserProfiles

/// JSON written down as Swift literals; members keep their order.
extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(members: elements) }
}

extension JSONValue {
    /// An object; no two members have the same name.
    init(members: [(String, JSONValue)]) {
        self = .object(JSONObject(uniqueMembers: members.map { JSONObject.Member(key: $0, value: $1) }))
    }

    static func number(_ value: some FixedWidthInteger) -> JSONValue { .number(JSONNumber(value)) }

    /// A text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func strings(_ texts: some Collection<String>) -> JSONValue { .array(texts.map { .string($0) }) }

    /// The object with the members of another one behind its own.
    func adding(_ other: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let further) = other else { return self }
        return .object(JSONObject(uniqueMembers: own.members + further.members))
    }

    /// The object with a further member, unless that has no value.
    func adding(_ name: String, _ value: JSONValue?) -> JSONValue {
        value.map { adding([name: $0]) } ?? self
    }

    /// The schema with a description.
    func described(_ description: String) -> JSONValue { adding("description", .string(description)) }

    /// The value as minified UTF-8.
    var minified: [UInt8] {
        var json = JSONWriter()
        json.value(self)
        return json.bytes
    }
}

extension Response {
    /// A small response; ``json(_:fields:capacity:_:)`` writes large ones.
    static func json(_ value: JSONValue) -> Response { Response(.ok, .json, value.minified) }
}
