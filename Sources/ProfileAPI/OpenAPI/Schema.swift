import UserProfiles

/// A JSON Schema (2020-12) of something the server reads or writes; the OpenAPI document defines it under
/// `components/schemas`.
struct Schema: Sendable {
    let name: String
    let node: JSONValue

    /// The pointer to the schema in the document.
    var reference: JSONValue { ["$ref": "#/components/schemas/\(name)"] }

    /// All schemas, in the order of the document.
    static let all = [
        user, profile, profilePatch, restoreRequest, userAnswer, changeAnswer, userList,
        auditEntry, change, auditAnswer, auditList, history, restoreAnswer,
        health, readiness, status, checkpoint, problem,
    ]

    // MARK: - Pieces

    /// All members are required.
    private static func object(_ properties: KeyValuePairs<String, JSONValue>) -> JSONValue {
        [
            "type": "object",
            "required": .array(properties.map { .string($0.key) }),
            "properties": JSONValue(members: Array(properties)),
        ]
    }

    private static func array(of element: JSONValue) -> JSONValue { ["type": "array", "items": element] }

    private static let anything: JSONValue = [:]
    private static let identifier: JSONValue = ["type": "integer", "format": "int64", "minimum": 1]
    private static let optionalIdentifier: JSONValue = ["type": ["integer", "null"], "minimum": 1]
    private static let count: JSONValue = ["type": "integer", "format": "int64", "minimum": 0]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let optionalTime: JSONValue = ["type": ["string", "null"], "format": "date-time"]
    private static let text: JSONValue = ["type": "string"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let optionalText: JSONValue = ["type": ["string", "null"]]
    private static let personName: JSONValue = [
        "type": "string", "minLength": 1, "maxLength": 255,
        "description": "Trimmed; no control characters.",
    ]
    private static let email: JSONValue = [
        "type": "string", "format": "email", "maxLength": 254,
        "description": """
        Unique among users who are not deleted, compared without case; both forms of an international domain, such as \
        bücher.example and xn--bcher-kva.example, are one.
        """,
    ]
    private static let attributes: JSONValue = [
        "type": "object", "additionalProperties": true,
        "description": "Any JSON object of at most 32 KiB.",
    ]
    private static let cursor = optionalText.described(
        "To be given as `after` for the next page; null on the last one."
    )
    // Not an enumeration: a generated client would refuse the value that a later version adds.
    private static let operation = text.described(
        "CREATE, UPDATE, DELETE or RESTORE. There may be others in the future."
    )
    private static let changes: JSONValue = [
        "type": "object", "additionalProperties": change.reference,
        "description": "What differs from the version before, by field; attributes as `attributes.<key>`.",
    ]

    // MARK: - Profiles

    static let user = object([
        "id": identifier, "name": personName, "email": email, "attributes": attributes, "version": identifier,
        "deleted": flag, "created_at": time, "updated_at": time,
    ]).named("User")
    static let profile = Schema(
        name: "Profile",
        node: [
            "type": "object", "required": ["name", "email"], "additionalProperties": false,
            "properties": ["name": personName, "email": email, "attributes": attributes],
        ]
    )
    static let profilePatch = Schema(
        name: "ProfilePatch",
        node: [
            "type": "object", "additionalProperties": false,
            "description": "A merge patch (RFC 7396): members that are given replace, null removes an attribute.",
            "properties": ["name": personName, "email": email, "attributes": ["type": ["object", "null"]]],
        ]
    )
    static let restoreRequest = Schema(
        name: "RestoreRequest",
        node: [
            "type": "object", "additionalProperties": false,
            "properties": ["email": email.adding("title", "The email to restore with, when the old one is taken")],
        ]
    )
    static let userAnswer = object(["user": user.reference, "lsn": identifier]).named("UserAnswer")
    static let changeAnswer = object(["message": text, "user": user.reference]).named("ChangeAnswer")
    static let userList = object(["users": array(of: user.reference), "next": cursor, "as_of": count]).named("UserList")

    // MARK: - History

    static let auditEntry = object([
        "id": identifier, "user_id": identifier, "version": identifier, "operation": operation, "timestamp": time,
        "actor": text, "reason": optionalText, "request_id": text, "source_ip": optionalText, "name": personName,
        "email": email, "attributes": attributes, "deleted": flag, "changes": changes,
        "restored_from": optionalIdentifier,
    ]).named("AuditEntry")
    static let change = Schema(
        name: "Change",
        node: [
            "type": "object", "required": ["previous_value", "new_value"],
            "properties": [
                "previous_value": anything,
                "previous_absent": flag.described("The field was not there; `previous_value` is null."),
                "new_value": anything,
                "new_absent": flag.described("The field is not there any more; `new_value` is null."),
            ],
        ]
    )
    static let auditAnswer = object(["audit_log": auditEntry.reference]).named("AuditAnswer")
    static let auditList = object(["audit_logs": array(of: auditEntry.reference), "next": cursor]).named("AuditList")
    static let history = object([
        "user_id": identifier, "history": array(of: auditEntry.reference), "next": cursor,
    ]).named("History")
    static let restoreAnswer = object([
        "message": text, "restored_user": user.reference, "restored_from": identifier, "changes": changes,
        "dry_run": flag,
    ]).named("RestoreAnswer")

    // MARK: - The server

    static let health = object(["status": text.described("`ok`.")]).named("Health")
    static let readiness = object([
        "status": text.described("`ready`, or `degraded` with reasons."),
        "reasons": array(of: text.described(names(Readiness.Reason.allCases.map(\.rawValue)))),
        "last_lsn": count,
    ]).named("Readiness")
    static let status = object([
        "store_id": ["type": "string", "format": "uuid"], "records": count, "live_users": count,
        "deleted_users": count, "last_lsn": count, "last_time": optionalTime, "checkpoint_lsn": optionalIdentifier,
        "waiting_writes": count, "index_bytes": count, "log_bytes": count, "segments": count, "clock_steps": count,
        "disk_full": flag, "read_only_reason": optionalText, "clock_jump": optionalText,
        "verified_from_lsn": count, "read_damage": array(of: text), "scrub": scrub,
    ]).named("Status")
    private static let scrub = object([
        "passes": count, "read_bytes": count, "progress": ["type": "number", "minimum": 0, "maximum": 1],
        "last_completed": optionalTime, "findings": count, "damage": array(of: text),
    ])
    static let checkpoint = object([
        "message": text, "checkpoint": object(["lsn": count, "users": count, "milliseconds": count]),
    ]).named("Checkpoint")
    static let problem = Schema(
        name: "Problem",
        node: [
            "type": "object",
            "description": "RFC 9457. The members behind `errors` are there for some types only.",
            "required": ["type", "title", "status", "detail", "request_id"],
            "additionalProperties": true,
            "properties": [
                "type": [
                    "type": "string", "format": "uri",
                    "description": .string(
                        "A stable name to compare. There may be others in the future. Known are "
                            + names(ProblemKind.allCases.map(\.type))
                    ),
                ],
                "title": text,
                "status": ["type": "integer", "minimum": 400, "maximum": 599],
                "detail": text,
                "instance": text,
                "request_id": text,
                "errors": [
                    "type": "array",
                    "description":
                        "The fields that are not right; `detail` says how many they are when these are not all.",
                    "maxItems": .number(Problem.maximumFields),
                    "items": object(["field": text, "message": text]),
                ],
                "holder_id": identifier.described("Of `email-taken`: the user who has the email."),
                "current_version": identifier.described("Of `precondition-failed`: the version that the user has now."),
                "deleted_version": identifier.described("Of `deleted`: the version that is the deletion."),
                "line": identifier.described("Of `invalid-json`: the line of the error, from 1."),
                "column": identifier.described("Of `invalid-json`: the column of the error, from 1."),
                "offset": count.described("Of `invalid-json`: the byte of the error, from 0."),
                "phase": text.described("Of `recovering`: what the start is doing."),
                "replayed": count.described("Of `recovering`: the last record that has been read."),
                "last": count.described("Of `recovering`: the last record that the start will read."),
            ],
        ]
    )

    /// As in "`a`, `b`."
    private static func names(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") + "." }
}

extension JSONValue {
    fileprivate func named(_ name: String) -> Schema { Schema(name: name, node: self) }
}
