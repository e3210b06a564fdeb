import HTTPTypes
import UserProfiles

/// The problems that share a status at an endpoint: one response of the OpenAPI document, under `components/responses`.
struct OpenAPIProblems {
    let status: HTTPResponse.Status
    let kinds: [ProblemKind]

    /// The responses of an endpoint, by status.
    static func of(_ endpoint: Endpoint) -> [OpenAPIProblems] {
        let kinds = kinds(of: endpoint)
        let codes = Set(kinds.map(\.status.code)).sorted()
        return codes.compactMap { code in
            // In one order, so that equal responses have equal names.
            let own = ProblemKind.allCases.filter { $0.status.code == code && kinds.contains($0) }
            return own.first.map { OpenAPIProblems(status: $0.status, kinds: own) }
        }
    }

    /// The endpoint's own problems and those that its access, parameters and body bring along.
    static func kinds(of endpoint: Endpoint) -> [ProblemKind] {
        var kinds: [ProblemKind] = [.malformedRequest, .notAcceptable]
        if endpoint.access != .anyone {
            kinds += [.unauthorized, .forbidden, .tooManyLogins, .tooManyRequests, .recovering, .stopping]
        }
        kinds.append(.invalid)
        if endpoint.body != nil { kinds += [.invalidJSON, .contentTooLarge, .unsupportedMediaType] }
        for kind in endpoint.problems where !kinds.contains(kind) { kinds.append(kind) }
        return kinds
    }

    /// The `components/responses` object: what several endpoints have in common is there once.
    static func components(of endpoints: [Endpoint]) -> JSONValue {
        var names: Set<String> = []
        let all = endpoints.flatMap { of($0) }.filter { names.insert($0.name).inserted }
        return JSONValue(members: all.sorted { $0.status.code < $1.status.code }.map { ($0.name, $0.node) })
    }

    /// The response's name in the document, such as `not-found-or-deleted`.
    var name: String { kinds.map(\.rawValue).joined(separator: "-or-") }

    /// The pointer to the response in the document.
    var reference: JSONValue { ["$ref": "#/components/responses/\(name)"] }

    private var node: JSONValue {
        let media: JSONValue = ["schema": Schema.problem.reference, "examples": examples]
        return [
            "description": .string(kinds.map { "\($0.title) (`\($0.rawValue)`)" }.joined(separator: "; ")),
            "headers": OpenAPIDocument.references(toHeaders: headers),
            "content": JSONValue(members: [(MediaType.problem.rawValue, media)]),
        ]
    }

    private var headers: [String] {
        var headers = ["X-Request-ID"]
        if kinds.contains(.unauthorized) { headers.append("WWW-Authenticate") }
        if kinds.contains(.tooManyLogins) || kinds.contains(.recovering) { headers.append("Retry-After") }
        if kinds.contains(.preconditionFailed) { headers.append("ETag") }
        return headers
    }

    private var examples: JSONValue {
        JSONValue(
            members: kinds.map { ($0.rawValue, ["summary": .string($0.title), "value": OpenAPIExamples.problem($0)]) }
        )
    }
}
