import HTTPTypes
import UserProfiles

/// The OpenAPI 3.1 document of a table of endpoints.
enum OpenAPIDocument {
    /// The document as JSON.
    static func json(for endpoints: [Endpoint], build: Build) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 64 << 10)
        node(for: endpoints, build).write(to: &json)
        return json.bytes
    }

    private static func node(for endpoints: [Endpoint], _ build: Build) -> DocumentNode {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "User Profile Audit System",
                "version": .text(build.version),
                "x-commit": .text(build.commit),
                "summary": "User profiles whose every change is kept, can be read back and restored.",
                "description": """
                Every create, update, delete and restore is one record in an append-only log, durable before \
                the answer is sent. Times are RFC 3339 in UTC with microseconds. Errors are \
                `application/problem+json` (RFC 9457). The version of a user is its entity tag: send it as \
                `If-Match` to change nothing that has changed meanwhile.
                """,
            ],
            "servers": [["url": "/"]],
            "security": OpenAPIOperation.logins,
            "tags": .list(EndpointTable.tags.map { ["name": .text($0.name), "description": .text($0.summary)] }),
            "paths": paths(endpoints),
            "components": [
                "securitySchemes": [
                    "basic": ["type": "http", "scheme": "basic", "description": "An account's name and password."],
                    "bearer": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "upat_…",
                        "description": "A token, made by `profile-server account token add`.",
                    ],
                ],
                "headers": OpenAPIHeaders.all,
                "responses": OpenAPIProblems.components(of: endpoints),
                "schemas": Schemas.all,
            ],
        ]
    }

    private static func paths(_ endpoints: [Endpoint]) -> DocumentNode {
        var order: [String] = []
        var operations: [String: [(String, DocumentNode)]] = [:]
        for endpoint in endpoints {
            let path = endpoint.path.description
            if operations[path] == nil { order.append(path) }
            let method = endpoint.method.rawValue.lowercased()
            operations[path, default: []].append((method, OpenAPIOperation.node(for: endpoint)))
        }
        return .object(order.map { ($0, .object(operations[$0] ?? [])) })
    }
}
