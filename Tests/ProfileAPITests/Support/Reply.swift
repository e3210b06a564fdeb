import Testing
import UserProfiles

/// An answer as a client sees it.
struct Reply: Sendable, CustomStringConvertible {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    var description: String { "\(status) \(text)" }

    /// The first header of that name, whatever the case of its letters.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as JSON.
    func json() throws -> JSONValue { try JSONParser.parse(body) }

    /// A member of the body: `reply["user.email"]`; array elements by number.
    subscript(_ path: String) -> JSONValue? {
        guard var value = try? json() else { return nil }
        for part in path.split(separator: ".") {
            switch value {
            case .object(let object):
                guard let next = object[String(part)] else { return nil }
                value = next
            case .array(let array):
                guard let index = Int(part), array.indices.contains(index) else { return nil }
                value = array[index]
            default: return nil
            }
        }
        return value
    }

    func string(_ path: String) -> String? {
        if case .string(let text)? = self[path] { text } else { nil }
    }

    func integer(_ path: String) -> Int? {
        if case .number(let number)? = self[path] { Int(number.text) } else { nil }
    }

    func count(_ path: String) -> Int? {
        if case .array(let array)? = self[path] { array.count } else { nil }
    }

    /// The problem's sort, without its prefix.
    var problem: String? {
        guard header("Content-Type") == "application/problem+json" else { return nil }
        return string("type").map { String($0.split(separator: ":").last ?? "") }
    }

    /// The names of the fields that a problem complains about.
    var refusedFields: [String] {
        guard case .array(let errors)? = self["errors"] else { return [] }
        return errors.compactMap {
            guard case .object(let error) = $0, case .string(let field)? = error["field"] else { return nil }
            return field
        }
    }
}
