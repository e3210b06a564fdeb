import HTTPTypes
import UserProfiles

/// The OpenAPI 3.1 document of a table of endpoints.
enum OpenAPIDocument {
    /// The document as JSON.
    static func json(for endpoints: [Endpoint], build: Build) -> [UInt8] { node(for: endpoints, build).minified }

    private static func node(for endpoints: [Endpoint], _ build: Build) -> JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "User Profile Audit System",
                "version": .string(build.version),
                "x-commit": .string(build.commit),
                "summary": "User profiles whose every change is kept, can be read back and restored.",
                "description": """
                Every create, update, delete and restore is one record in an append-only log, durable before \
                the answer is sent. Times are RFC 3339 in UTC with microseconds. Errors are \
                `application/problem+json` (RFC 9457). The version of a user is its entity tag: send it as \
                `If-Match` to change nothing that has changed meanwhile.
                """,
            ],
            "servers": [["url": "/"]],
            "security": logins,
            "tags": .array(EndpointTable.tags.map { ["name": .string($0.name), "description": .string($0.summary)] }),
            "paths": paths(endpoints),
            "components": [
                "securitySchemes": [
                    "basic": ["type": "http", "scheme": "basic", "description": "An account's name and password."],
                    "bearer": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "upat_…",
                        "description": "A token, made by `profile-server account token add`.",
                    ],
                ],
                "headers": headers,
                "responses": OpenAPIProblems.components(of: endpoints),
                "schemas": JSONValue(members: Schema.all.map { ($0.name, $0.node) }),
            ],
        ]
    }

    private static func paths(_ endpoints: [Endpoint]) -> JSONValue {
        var order: [String] = []
        var operations: [String: JSONValue] = [:]
        for endpoint in endpoints {
            let path = endpoint.path.description
            if operations[path] == nil { order.append(path) }
            let method = endpoint.method.rawValue.lowercased()
            operations[path] = (operations[path] ?? [:]).adding(method, operation(endpoint))
        }
        return JSONValue(members: order.map { ($0, operations[$0] ?? [:]) })
    }

    // MARK: - Operations

    /// Either of the ways to log in.
    private static let logins: JSONValue = [["basic": []], ["bearer": []]]

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        let successes = endpoint.successes.map { (String($0.status.code), response($0)) }
        let problems = OpenAPIProblems.of(endpoint).map { (String($0.status.code), $0.reference) }
        let names: JSONValue = [
            "operationId": .string(endpoint.operation), "tags": [.string(endpoint.tag)],
            "summary": .string(endpoint.summary),
        ]
        return names.adding("description", description(endpoint).map { .string($0) })
            .adding("security", endpoint.access == .anyone ? [] : logins)
            .adding("parameters", endpoint.parameters.isEmpty ? nil : .array(endpoint.parameters.map(parameter)))
            .adding("requestBody", endpoint.body.map(requestBody))
            .adding("responses", JSONValue(members: successes + problems))
    }

    private static func description(_ endpoint: Endpoint) -> String? {
        guard case .roles(let roles) = endpoint.access else { return endpoint.description }
        let names = Role.allCases.filter { roles.contains($0) }.map(\.rawValue).joined(separator: ", ")
        return [endpoint.description, "Roles: \(names)."].compactMap { $0 }.joined(separator: "\n\n")
    }

    private static func parameter(_ parameter: Parameter) -> JSONValue {
        let place: JSONValue = ["name": .string(parameter.name), "in": .string(parameter.location.rawValue)]
        guard parameter.location == .path else {
            let example = parameter.example.map { " Example: `\($0)`" } ?? ""
            return place.described(parameter.summary + example).adding("schema", schema(parameter.schema))
        }
        return place.described(parameter.summary).adding("required", true)
            .adding("example", parameter.example.map { example($0, parameter.schema) })
            .adding("schema", schema(parameter.schema))
    }

    /// The JSON Schema of the values that a parameter takes.
    private static func schema(_ schema: ParameterSchema) -> JSONValue {
        let text: JSONValue = ["type": "string"]
        switch schema {
        case .integer(let range, let fallback):
            let integer: JSONValue = [
                "type": "integer", "format": "int64", "minimum": .number(range.lowerBound),
                "maximum": .number(range.upperBound),
            ]
            return integer.adding("default", fallback.map { .number($0) })
        case .text(let maximum):
            return maximum.map { text.adding(["minLength": 1, "maxLength": .number($0)]) } ?? text
        case .oneOf(let words, let fallback):
            return text.adding("enum", .array(words.map { .string($0) })).adding(
                "default",
                fallback.map { .string($0) }
            )
        case .flag(let fallback): return ["type": "boolean", "default": .bool(fallback)]
        case .time(.instant): return text.adding("format", "date-time")
        case .time: return ["anyOf": [text.adding("format", "date-time"), text.adding("format", "date")]]
        }
    }

    /// An example's text as a value of the schema's type.
    private static func example(_ text: String, _ schema: ParameterSchema) -> JSONValue {
        switch schema {
        case .integer: Int64(text).map { .number($0) } ?? .string(text)
        case .flag: .bool(text == "true")
        case .text, .oneOf, .time: .string(text)
        }
    }

    private static func requestBody(_ body: Endpoint.Body) -> JSONValue {
        let media: JSONValue = ["schema": body.schema.reference, "example": body.example]
        return [
            "required": .bool(body.isRequired), "content": JSONValue(members: body.types.map { ($0.rawValue, media) }),
        ]
    }

    private static func response(_ success: Endpoint.Success) -> JSONValue {
        let content = success.types.map { ($0.rawValue, media($0, success)) }
        let headers = references(toHeaders: success.headers + ["X-Request-ID"])
        let response: JSONValue = ["description": .string(success.summary), "headers": headers]
        return response.adding("content", content.isEmpty ? nil : JSONValue(members: content))
    }

    private static func media(_ type: MediaType, _ success: Endpoint.Success) -> JSONValue {
        switch type {
        case .json:
            let media: JSONValue = ["schema": success.schema?.reference ?? ["type": "object"]]
            return media.adding("example", success.example)
        case .ndjson: return ["schema": ["type": "string"], "example": .string(OpenAPIExamples.auditLines)]
        case .csv: return ["schema": ["type": "string"], "example": .string(OpenAPIExamples.auditTable)]
        case .tar, .binary: return ["schema": ["type": "string", "format": "binary"]]
        case .html, .mergePatch, .problem: return ["schema": ["type": "string"]]
        }
    }

    // MARK: - Headers

    /// The headers of responses, under `components/headers`.
    private static let headers: JSONValue = [
        "ETag": header("The user's version in quotes, for example `\"3\"`."),
        "Location": header("Where the new user is."),
        "Link": header("The next page, `rel=\"next\"` (RFC 8288); absent on the last one."),
        "Content-Disposition": header("A name for the file, which says the store's id and the last record in it."),
        "X-Request-ID": header("The caller's request id, or the one made for it."),
        "Retry-After": header("Seconds to wait before trying again."),
        "WWW-Authenticate": header("How to log in: with a password (RFC 7617) or a token (RFC 6750)."),
        "Allow": header("The methods that the path has."),
    ]

    private static func header(_ description: String) -> JSONValue {
        ["description": .string(description), "schema": ["type": "string"]]
    }

    static func references(toHeaders names: [String]) -> JSONValue {
        JSONValue(members: names.map { ($0, ["$ref": "#/components/headers/\($0)"]) })
    }
}
