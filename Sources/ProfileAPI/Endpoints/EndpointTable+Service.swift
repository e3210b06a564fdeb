import HTTPTypes

extension EndpointTable {
    static let administration: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/admin/status"),
            operation: "getStatus",
            tag: "administration",
            access: .auditReaders,
            summary: "The store at a glance",
            successes: [
                Endpoint.Success(
                    status: .ok,
                    summary: "Counts and positions.",
                    schema: .status,
                    example: OpenAPIExamples.status
                )
            ],
            handler: .withStore(ServiceHandlers.status)
        ),
        Endpoint(
            method: .post,
            path: PathTemplate("/admin/checkpoint"),
            operation: "makeCheckpoint",
            tag: "administration",
            access: .admins,
            summary: "Write a checkpoint now, so that the next start is fast",
            successes: [
                Endpoint.Success(
                    status: .ok,
                    summary: "The checkpoint was written.",
                    schema: .checkpoint,
                    example: OpenAPIExamples.checkpoint
                )
            ],
            problems: changeProblems,
            handler: .withStore(ServiceHandlers.checkpoint)
        ),
    ]

    static let service: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/health"),
            operation: "getHealth",
            tag: "service",
            access: .anyone,
            summary: "Whether the process runs",
            successes: [
                Endpoint.Success(status: .ok, summary: "It runs.", schema: .health, example: ["status": "ok"])
            ],
            handler: .always(ServiceHandlers.health)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/health/ready"),
            operation: "getReadiness",
            tag: "service",
            access: .anyone,
            summary: "Whether the server answers reads, and what else it cannot do",
            successes: [
                Endpoint.Success(
                    status: .ok,
                    summary:
                        "It does. `degraded` with reasons: writes are refused or soon will be, or damage is known.",
                    schema: .readiness,
                    example: ["status": "ready", "reasons": [], "last_lsn": 1]
                )
            ],
            problems: [.recovering, .stopping],
            handler: .always(ServiceHandlers.readiness)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/openapi.json"),
            operation: "getOpenAPI",
            tag: "service",
            access: .anyone,
            summary: "This description",
            successes: [
                Endpoint.Success(
                    status: .ok,
                    summary: "An OpenAPI 3.1 document.",
                    example: ["openapi": "3.1.0", "info": ["title": "User Profile Audit System"], "paths": [:]]
                )
            ],
            handler: .always(ServiceHandlers.openAPI)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/docs"),
            operation: "getDocumentation",
            tag: "service",
            access: .anyone,
            summary: "This description as a page to try things out",
            successes: [Endpoint.Success(status: .ok, summary: "A page.", types: [.html])],
            handler: .always(ServiceHandlers.documentation)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/docs/{file}"),
            operation: "getDocumentationFile",
            tag: "service",
            access: .anyone,
            summary: "Scripts, styles and pictures of the page",
            parameters: [
                .path("file", .text(maximumCharacters: 100), "The file's name.", example: "start.js")
            ],
            successes: [Endpoint.Success(status: .ok, summary: "The file.", types: [])],
            problems: [.unknownPath],
            handler: .always(ServiceHandlers.documentationFile)
        ),
    ]
}
