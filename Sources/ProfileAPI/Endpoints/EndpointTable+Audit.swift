import HTTPTypes
import UserProfiles

extension EndpointTable {
    static let history: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/users/{id}/history"),
            operation: "getHistory",
            access: .historyReaders,
            summary: "Every version of a user, oldest first",
            description: "Each entry says who made the version, when, why, and what it changed.",
            parameters: [userID, limit(fallback: 100), after],
            successes: [.ok("A page of versions.", .history, headers: ["Link"], example: OpenAPIExamples.history)],
            problems: [.notFound, .invalidCursor],
            handler: .withStore(AuditHandlers.history)
        ),
        Endpoint(
            method: .post,
            path: PathTemplate("/restore/{id}"),
            operation: "restoreUser",
            access: .profileWriters,
            summary: "Restore a user to a former state",
            description: """
                To a version or to an instant. With neither, a deleted user is restored to its last live version; a user \
                who is not deleted needs one of the two. Restoring appends a new version. If another user has the email \
                now, give another one in the body: `{"email": "ada@example.com"}`.
                """,
            parameters: [
                userID,
                .query("version", .identifier, "Restore to this version.", example: "1"),
                at,
                .query("dry_run", .flag(fallback: false), "Only tell what would happen."),
                ifMatch, changeReason, requestID,
            ],
            body: Endpoint.Body(schema: .restoreRequest, isRequired: false, example: [:]),
            successes: [
                .ok("The user as restored.", .restoreAnswer, headers: ["ETag"], example: OpenAPIExamples.restore)
            ],
            problems: [
                .notFound, .versionNotFound, .notYetBorn, .emailTaken, .notDeleted, .targetDeleted, .preconditionFailed,
            ] + changeProblems,
            handler: .withStore(AuditHandlers.restore)
        ),
    ]

    static let audit: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/audit"),
            operation: "listAudit",
            access: .auditReaders,
            summary: "The audit trail, newest first",
            description: "As JSON, as one entry a line (application/x-ndjson), or as a table (text/csv), by Accept.",
            parameters: [
                .query("user_id", .identifier, "Only changes of this user.", example: "1"),
                .query("actor", .text(maximumCharacters: 255), "Only changes by this account.", example: "admin"),
                .query(
                    "operation",
                    .oneOf(Operation.allCases.map(\.name), fallback: nil),
                    "Only such changes, in capital or small letters."
                ),
                .query(
                    "since",
                    .time(.since),
                    "Only changes at or after this instant; a date is the start of that day in UTC.",
                    example: "2026-11-22T00:00:00Z"
                ),
                .query(
                    "until",
                    .time(.until),
                    "Only changes before this instant; a date includes that day in UTC. Not earlier than `since`.",
                    example: "2026-11-23T00:00:00Z"
                ),
                .query("order", .oneOf(["desc", "asc"], fallback: "desc"), "Newest or oldest first."),
                .query(
                    "guard",
                    .flag(fallback: true),
                    "For text/csv: whether a value that a spreadsheet would take for a formula gets an apostrophe in "
                        + "front. Programs that read the table want `false`."
                ),
                limit(fallback: 100), after,
            ],
            successes: [
                .ok(
                    "A page of entries.",
                    .auditList,
                    types: [.json, .ndjson, .csv],
                    headers: ["Link"],
                    example: OpenAPIExamples.auditList
                )
            ],
            problems: [.invalidCursor],
            handler: .withStore(AuditHandlers.list)
        ),
        Endpoint(
            method: .get,
            path: PathTemplate("/audit/{lsn}"),
            operation: "getAuditEntry",
            access: .auditReaders,
            summary: "One entry of the audit trail",
            parameters: [.path("lsn", .identifier, "The entry's id, its number in the log.", example: "1")],
            successes: [.ok("The entry.", .auditAnswer, example: ["audit_log": OpenAPIExamples.auditEntry])],
            problems: [.notFound],
            handler: .withStore(AuditHandlers.entry)
        ),
    ]
}
