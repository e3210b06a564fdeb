import LogStorage
import UserProfiles

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
        let schema = ParameterSchema.text(maximumCharacters: nil)
        return Parameter(name: name, location: .header, schema: schema, summary: summary, example: example)
    }
}

/// What values a parameter takes.
enum ParameterSchema: Sendable {
    /// An integer of the range; `fallback` when the parameter is absent.
    case integer(ClosedRange<UInt64>, fallback: UInt64?)
    /// A text of at most so many characters.
    case text(maximumCharacters: Int?)
    /// One of the words, in any case of its letters.
    case oneOf([String], fallback: String?)
    /// `true` or `false`.
    case flag(fallback: Bool)
    /// A time as the rule has it.
    case time(TimeRule)

    /// The largest number that ids, versions and LSNs may have: they fit into a signed 64-bit integer everywhere.
    static let largestNumber = UInt64(Int64.max)

    /// Ids, versions, LSNs: 1 … 2^63 - 1.
    static let identifier = ParameterSchema.integer(1...largestNumber, fallback: nil)

    /// The value when the parameter is absent.
    var fallback: ParameterValue? {
        switch self {
        case .integer(_, let fallback?): .integer(fallback)
        case .oneOf(_, let fallback?): .text(fallback)
        case .flag(let fallback): .flag(fallback)
        case .integer, .oneOf, .text, .time: nil
        }
    }

    /// Reads the percent-decoded value of the request.
    func parse(_ text: String) throws(ParameterRefusal) -> ParameterValue {
        switch self {
        case .integer(let range, _):
            let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isDecimal, let value = UInt64(text), range.contains(value) else {
                throw ParameterRefusal("must be an integer from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(value)
        case .text(let maximum):
            if let maximum, text.count > maximum {
                throw ParameterRefusal("must be at most \(maximum) characters long")
            }
            guard !text.isEmpty else { throw ParameterRefusal("must not be empty") }
            return .text(text)
        case .oneOf(let words, _):
            guard let word = words.first(where: { ASCIICase.equal($0, text) }) else {
                throw ParameterRefusal("must be one of " + words.joined(separator: ", "))
            }
            return .text(word)
        case .flag:
            guard let value = Bool(text) else { throw ParameterRefusal("must be true or false") }
            return .flag(value)
        case .time(let rule):
            do throws(TimeRule.Refusal) {
                // A '+' in a query means a space; a space before an offset was meant as '+'.
                return .time(try rule.time(Self.restoringPlus(text)))
            } catch {
                throw ParameterRefusal(error.message)
            }
        }
    }

    private static func restoringPlus(_ text: String) -> String {
        var bytes = Array(text.utf8)
        let offset = bytes.count - 6
        if offset > 10, bytes[offset] == UInt8(ascii: " ") { bytes[offset] = UInt8(ascii: "+") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why a parameter's value is not taken: the rest of a sentence that starts with its name.
struct ParameterRefusal: Error, Hashable {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// A parameter's value after checking.
enum ParameterValue: Sendable, Hashable {
    case integer(UInt64)
    case text(String)
    case flag(Bool)
    case time(LogTimestamp)
}
