import HTTPTypes

/// One operation of the OpenAPI document, made of one row of the table.
enum OpenAPIOperation {
    /// Either of the ways to log in.
    static let logins: DocumentNode = [["basic": []], ["bearer": []]]

    static func node(for endpoint: Endpoint) -> DocumentNode {
        var members: [(String, DocumentNode)] = [
            ("operationId", .text(endpoint.operation)),
            ("tags", [.text(endpoint.tag)]),
            ("summary", .text(endpoint.summary)),
        ]
        if let description = description(endpoint) { members.append(("description", .text(description))) }
        members.append(("security", endpoint.access == .anyone ? [] : logins))
        if !endpoint.parameters.isEmpty { members.append(("parameters", .list(endpoint.parameters.map(parameter)))) }
        if let body = endpoint.body { members.append(("requestBody", requestBody(body))) }
        members.append(("responses", responses(endpoint)))
        return .object(members)
    }

    private static func description(_ endpoint: Endpoint) -> String? {
        guard case .roles(let roles) = endpoint.access else { return endpoint.description }
        let names = Role.allCases.filter { roles.contains($0) }.map(\.rawValue).joined(separator: ", ")
        return [endpoint.description, "Roles: \(names)."].compactMap { $0 }.joined(separator: "\n\n")
    }

    private static func parameter(_ parameter: Parameter) -> DocumentNode {
        var members: [(String, DocumentNode)] = [
            ("name", .text(parameter.name)),
            ("in", .text(parameter.location.rawValue)),
            ("description", .text(parameter.summary)),
        ]
        if parameter.location == .path { members.append(("required", true)) }
        members.append(("schema", parameter.schema.node))
        if let example = parameter.example { members.append(("example", parameter.schema.example(example))) }
        return .object(members)
    }

    private static func requestBody(_ body: Endpoint.Body) -> DocumentNode {
        let media: DocumentNode = ["schema": body.schema.reference, "example": body.example]
        return [
            "required": .bool(body.isRequired),
            "content": .object(body.types.map { ($0.rawValue, media) }),
        ]
    }

    private static func responses(_ endpoint: Endpoint) -> DocumentNode {
        let successes = endpoint.successes.map { success in (String(success.status.code), node(for: success)) }
        var kinds: [Int: [ProblemKind]] = [:]
        for kind in problems(of: endpoint) { kinds[kind.status.code, default: []].append(kind) }
        let problems = kinds.sorted { $0.key < $1.key }.map { (String($0.key), node(for: $0.value)) }
        return .object(successes + problems)
    }

    private static func node(for success: Endpoint.Success) -> DocumentNode {
        var members: [(String, DocumentNode)] = [
            ("description", .text(success.summary)),
            ("headers", OpenAPIHeaders.references(success.headers + ["X-Request-ID"])),
        ]
        let content = success.types.map { type -> (String, DocumentNode) in
            let json = success.schema?.reference ?? .object([("type", "object")])
            let schema = type == .json ? json : DocumentNode.object([("type", "string")])
            return (type.rawValue, .object([("schema", schema)]))
        }
        if !content.isEmpty { members.append(("content", .object(content))) }
        return .object(members)
    }

    private static func node(for kinds: [ProblemKind]) -> DocumentNode {
        var headers = ["X-Request-ID"]
        if kinds.contains(.unauthorized) { headers.append("WWW-Authenticate") }
        if kinds.contains(.tooManyLogins) || kinds.contains(.recovering) { headers.append("Retry-After") }
        if kinds.contains(.preconditionFailed) { headers.append("ETag") }
        let titles = kinds.map { "\($0.title) (`\($0.rawValue)`)" }.joined(separator: "; ")
        let media = DocumentNode.object([("schema", SchemaName.problem.reference)])
        return [
            "description": .text(titles),
            "headers": OpenAPIHeaders.references(headers),
            "content": .object([(MediaType.problem.rawValue, media)]),
        ]
    }

    /// The endpoint's own problems and those that its access, parameters and body bring along.
    static func problems(of endpoint: Endpoint) -> [ProblemKind] {
        var kinds: [ProblemKind] = [.malformedRequest, .notAcceptable]
        if endpoint.access != .anyone {
            kinds += [.unauthorized, .forbidden, .tooManyLogins, .tooManyRequests, .recovering, .stopping]
        }
        kinds.append(.invalid)
        if endpoint.body != nil { kinds += [.invalidJSON, .contentTooLarge, .unsupportedMediaType] }
        for kind in endpoint.problems where !kinds.contains(kind) { kinds.append(kind) }
        return kinds
    }
}
