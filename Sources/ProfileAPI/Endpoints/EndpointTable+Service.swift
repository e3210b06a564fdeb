import HTTPTypes

extension EndpointTable {
    static let administration: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/admin/status"),
            operation: "getStatus",
            access: .auditReaders,
            summary: "The store at a glance",
            successes: [.ok("Counts and positions.", .status, example: OpenAPIExamples.status)],
            handler: .withStore(ServiceHandlers.status)
        ),
        Endpoint(
            method: .post,
            path: PathTemplate("/admin/checkpoint"),
            operation: "makeCheckpoint",
            access: .admins,
            summary: "Write a checkpoint now, so that the next start is fast",
            successes: [.ok("The checkpoint was written.", .checkpoint, example: OpenAPIExamples.checkpoint)],
            problems: changeProblems,
            handler: .withStore(ServiceHandlers.checkpoint)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/admin/backup"),
            operation: "getBackup",
            access: .admins,
            summary: "A consistent copy of the store as a tar archive",
            description: """
                Holds everything that was acknowledged before the request, and is a data directory once it is unpacked: \
                `store.json`, `wal/` and the newest checkpoint. The accounts are not in it. Writes go on meanwhile. It is \
                whole if as many bytes came as `Content-Length` says; it is cut off when the client takes nothing for \
                as long as a request may take, or when damage is found.
                """,
            successes: [.ok("The archive.", types: [.tar, .binary], headers: ["Content-Disposition"])],
            problems: [.overloaded],
            isSensitiveRead: true,
            handler: .withStore(ServiceHandlers.backup)
        ),
    ]

    static let service: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/health"),
            operation: "getHealth",
            access: .anyone,
            summary: "Whether the process runs",
            successes: [.ok("It runs.", .health, example: ["status": "ok"])],
            handler: .always(ServiceHandlers.health)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/health/ready"),
            operation: "getReadiness",
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
            access: .anyone,
            summary: "This description",
            successes: [
                .ok(
                    "An OpenAPI 3.1 document.",
                    example: ["openapi": "3.1.0", "info": ["title": "User Profile Audit System"], "paths": [:]]
                )
            ],
            handler: .always(ServiceHandlers.openAPI)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/docs"),
            operation: "getDocumentation",
            access: .anyone,
            summary: "This description as a page to try things out",
            successes: [.ok("A page.", types: [.html])],
            handler: .always(ServiceHandlers.documentation)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/docs/{file}"),
            operation: "getDocumentationFile",
            access: .anyone,
            summary: "Scripts, styles and pictures of the page",
            parameters: [.path("file", .text(maximumCharacters: 100), "The file's name.", example: "start.js")],
            successes: [.ok("The file.", types: [])],
            problems: [.unknownPath],
            handler: .always(ServiceHandlers.documentationFile)
        ),
    ]
}
