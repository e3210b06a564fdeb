/// A path such as `/users/{id}/history`.
struct PathTemplate: Sendable, CustomStringConvertible {
    private enum Segment: Sendable, Hashable {
        case fixed(String)
        case parameter(String)
    }

    /// The template as it stands in the OpenAPI document.
    let description: String
    private let segments: [Segment]

    init(_ text: String) {
        description = text
        segments = text.split(separator: "/").map { part in
            part.first == "{" ? .parameter(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
    }

    /// How many segments are fixed: of two templates that match, the one with more wins.
    var fixedCount: Int { segments.count { if case .fixed = $0 { true } else { false } } }

    /// How many segments a path must have to fit.
    var segmentCount: Int { segments.count }

    /// The parameters' values when the decoded segments fit, else nil.
    func match(_ path: [String]) -> [(name: String, value: String)]? {
        guard path.count == segments.count else { return nil }
        var values: [(name: String, value: String)] = []
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .fixed(let word): if word != text { return nil }
            case .parameter(let name): values.append((name, text))
            }
        }
        return values
    }
}
