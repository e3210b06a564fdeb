import HTTPTransport
import HTTPTypes

/// Finds the row of the table for a request.
struct Router: Sendable {
    /// A row of the table. A class, since an endpoint has many parts, which every copy would count.
    final class Row: Sendable {
        let endpoint: Endpoint
        /// The row's place in the table.
        let number: Int

        init(_ endpoint: Endpoint, _ number: Int) {
            self.endpoint = endpoint
            self.number = number
        }
    }

    /// The row, and what the path's parameters are.
    struct Match: Sendable {
        let row: Row
        let path: [(name: String, value: String)]
    }

    /// A path of the table with its rows. A class for the same reason.
    private final class Path: Sendable {
        let template: PathTemplate
        let rows: [Row]

        init(_ rows: [Row]) {
            template = rows[0].endpoint.path
            self.rows = rows
        }
    }

    /// Paths grouped by their number of segments, the more specific ones first.
    private let paths: [Int: [Path]]

    init(_ endpoints: [Endpoint]) {
        let rows = endpoints.enumerated().map { Row($1, $0) }
        let paths = Dictionary(grouping: rows) { $0.endpoint.path.description }.values.map(Path.init)
            .sorted { $0.template.fixedCount > $1.template.fixedCount }
        self.paths = Dictionary(grouping: paths) { $0.template.segmentCount }
    }

    /// The row for a method and a path. HEAD is answered by what answers GET.
    ///
    /// - Throws: 404 for an unknown path; 405 with `Allow` for a method that the path does not have.
    func match(_ method: HTTPRequest.Method, _ target: RequestTarget) throws(Problem) -> Match {
        let wanted = method == .head ? .get : method
        guard Self.methods.contains(method) else {
            throw Problem(
                .notImplemented,
                "The method \(method.rawValue) is not known here. Send one of \(Self.methodNames)."
            )
        }
        for path in paths[target.segments.count] ?? [] {
            guard let values = path.template.match(target.segments) else { continue }
            for row in path.rows where row.endpoint.method == wanted { return Match(row: row, path: values) }
            throw Self.notAllowed(method, path.rows.map(\.endpoint.method))
        }
        throw Problem(.unknownPath, "There is nothing at this path; /openapi.json lists what there is.")
    }

    /// The methods that a path may have or refuse with 405; any other is 501 (RFC 9110, section 9.1).
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]

    /// The methods that some path has, for `Allow`.
    static let methodNames = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    private static func notAllowed(_ method: HTTPRequest.Method, _ allowed: [HTTPRequest.Method]) -> Problem {
        var names = allowed.map(\.rawValue)
        if names.contains("GET") { names.append("HEAD") }
        var problem = Problem(.methodNotAllowed, "\(method.rawValue) is not possible here; \(possible(names)).")
        problem.headers = [HeaderField("Allow", names.joined(separator: ", "))]
        return problem
    }

    /// As in "POST is" or "POST, GET and HEAD are".
    private static func possible(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return "\(names.joined()) is" }
        return "\(names.dropLast().joined(separator: ", ")) and \(last) are"
    }
}
