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
        ]
        if parameter.location == .path {
            members.append(("description", .text(parameter.summary)))
            members.append(("required", true))
            if let example = parameter.example { members.append(("example", parameter.schema.example(example))) }
        } else {
            let example = parameter.example.map { " Example: `\($0)`" } ?? ""
            members.append(("description", .text(parameter.summary + example)))
        }
        members.append(("schema", parameter.schema.node))
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
        let problems = OpenAPIProblems.of(endpoint).map { (String($0.status.code), $0.reference) }
        return .object(successes + problems)
    }

    private static func node(for success: Endpoint.Success) -> DocumentNode {
        var members: [(String, DocumentNode)] = [
            ("description", .text(success.summary)),
            ("headers", OpenAPIHeaders.references(success.headers + ["X-Request-ID"])),
        ]
        let content = success.types.map { ($0.rawValue, media($0, success)) }
        if !content.isEmpty { members.append(("content", .object(content))) }
        return .object(members)
    }

    private static func media(_ type: MediaType, _ success: Endpoint.Success) -> DocumentNode {
        let (schema, example): (DocumentNode, DocumentNode?) =
            switch type {
            case .json: (success.schema?.reference ?? ["type": "object"], success.example)
            case .ndjson: (["type": "string"], .text(OpenAPIExamples.auditLines))
            case .csv: (["type": "string"], .text(OpenAPIExamples.auditTable))
            case .tar, .binary: (["type": "string", "format": "binary"], nil)
            case .html, .mergePatch, .problem: (["type": "string"], nil)
            }
        return DocumentNode.object([("schema", schema)]).adding(example.map { [("example", $0)] } ?? [])
    }
}
