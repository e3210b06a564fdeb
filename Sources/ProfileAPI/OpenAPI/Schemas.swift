/// JSON Schemas (2020-12) of everything the server reads and writes.
enum Schemas {
    /// The `components/schemas` object.
    static var all: DocumentNode {
        .object(SchemaName.allCases.map { ($0.rawValue, schema($0)) })
    }

    private static func schema(_ name: SchemaName) -> DocumentNode {
        switch name {
        case .user: user
        case .profile: profile
        case .profilePatch: profilePatch
        case .restoreRequest: restoreRequest
        case .userAnswer: object([("user", SchemaName.user.reference), ("lsn", identifier)])
        case .changeAnswer: object([("message", ["type": "string"]), ("user", SchemaName.user.reference)])
        case .userList: list("users", of: .user, [("as_of", count)])
        case .auditEntry: auditEntry
        case .change: change
        case .auditAnswer: object([("audit_log", SchemaName.auditEntry.reference)])
        case .auditList: list("audit_logs", of: .auditEntry)
        case .history: history
        case .restoreAnswer: restoreAnswer
        case .health: object([("status", text.described("`ok`."))])
        case .readiness: readiness
        case .status: status
        case .checkpoint: checkpoint
        case .problem: problem
        }
    }

    // MARK: - Pieces

    /// All members are required.
    private static func object(_ members: [(String, DocumentNode)]) -> DocumentNode {
        [
            "type": "object",
            "required": .list(members.map { .text($0.0) }),
            "properties": .object(members),
        ]
    }

    private static func list(
        _ member: String,
        of element: SchemaName,
        _ further: [(String, DocumentNode)] = []
    ) -> DocumentNode {
        let items = DocumentNode.object([("type", "array"), ("items", element.reference)])
        return object([(member, items), ("next", cursor)] + further)
    }

    private static let anything = DocumentNode.object([])
    private static let identifier: DocumentNode = ["type": "integer", "format": "int64", "minimum": 1]
    private static let count: DocumentNode = ["type": "integer", "format": "int64", "minimum": 0]
    private static let time: DocumentNode = ["type": "string", "format": "date-time"]
    private static let text: DocumentNode = ["type": "string"]
    private static let flag: DocumentNode = ["type": "boolean"]
    private static let optionalText: DocumentNode = ["type": ["string", "null"]]
    private static let name: DocumentNode = [
        "type": "string", "minLength": 1, "maxLength": 255,
        "description": "Trimmed; no control characters.",
    ]
    private static let email: DocumentNode = [
        "type": "string", "format": "email", "maxLength": 254,
        "description": """
        Unique among users who are not deleted, compared without case; both forms of an international domain, such as \
        bücher.example and xn--bcher-kva.example, are one.
        """,
    ]
    private static let attributes: DocumentNode = [
        "type": "object", "additionalProperties": true,
        "description": "Any JSON object of at most 32 KiB.",
    ]
    private static let cursor: DocumentNode = [
        "type": ["string", "null"],
        "description": "To be given as `after` for the next page; null on the last one.",
    ]
    // Not an enumeration: a generated client would refuse the value that a later version adds.
    private static let operation = text.described(
        "CREATE, UPDATE, DELETE or RESTORE. There may be others in the future."
    )
    private static let changes: DocumentNode = [
        "type": "object", "additionalProperties": SchemaName.change.reference,
        "description": "What differs from the version before, by field; attributes as `attributes.<key>`.",
    ]

    // MARK: - Schemas

    private static let user = object([
        ("id", identifier), ("name", name), ("email", email), ("attributes", attributes), ("version", identifier),
        ("deleted", flag), ("created_at", time), ("updated_at", time),
    ])

    private static let profile: DocumentNode = [
        "type": "object", "required": ["name", "email"], "additionalProperties": false,
        "properties": ["name": name, "email": email, "attributes": attributes],
    ]

    private static let profilePatch: DocumentNode = [
        "type": "object", "additionalProperties": false,
        "description": "A merge patch (RFC 7396): members that are given replace, null removes an attribute.",
        "properties": ["name": name, "email": email, "attributes": ["type": ["object", "null"]]],
    ]

    private static let restoreRequest: DocumentNode = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "email": email.adding([("title", "The email to restore with, when the old one is taken")])
        ],
    ]

    private static let change: DocumentNode = [
        "type": "object", "required": ["previous_value", "new_value"],
        "properties": [
            "previous_value": anything,
            "previous_absent": absent.adding([("description", "The field was not there; `previous_value` is null.")]),
            "new_value": anything,
            "new_absent": absent.adding([("description", "The field is not there any more; `new_value` is null.")]),
        ],
    ]
    private static let absent: DocumentNode = ["type": "boolean"]

    private static let auditEntry = object([
        ("id", identifier), ("user_id", identifier), ("version", identifier), ("operation", operation),
        ("timestamp", time), ("actor", text), ("reason", optionalText), ("request_id", text),
        ("source_ip", optionalText), ("name", name), ("email", email), ("attributes", attributes),
        ("deleted", flag), ("changes", changes), ("restored_from", ["type": ["integer", "null"], "minimum": 1]),
    ])

    private static let history = object([
        ("user_id", identifier),
        ("history", ["type": "array", "items": SchemaName.auditEntry.reference]),
        ("next", cursor),
    ])

    private static let restoreAnswer = object([
        ("message", text), ("restored_user", SchemaName.user.reference), ("restored_from", identifier),
        ("changes", changes), ("dry_run", flag),
    ])

    private static let status = object([
        ("store_id", ["type": "string", "format": "uuid"]),
        ("records", count), ("live_users", count), ("deleted_users", count), ("last_lsn", count),
        ("last_time", ["type": ["string", "null"], "format": "date-time"]),
        ("checkpoint_lsn", ["type": ["integer", "null"], "minimum": 1]),
        ("waiting_writes", count), ("index_bytes", count), ("log_bytes", count),
        ("segments", count), ("clock_steps", count), ("disk_full", flag), ("read_only_reason", optionalText),
        ("clock_jump", optionalText), ("verified_from_lsn", count), ("read_damage", ["type": "array", "items": text]),
        ("scrub", scrub),
    ])

    private static let readiness = object([
        ("status", text.described("`ready`, or `degraded` with reasons.")),
        ("reasons", ["type": "array", "items": text.described(reasons)]),
        ("last_lsn", count),
    ])

    private static let reasons = Readiness.Reason.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ") + "."

    private static let scrub = object([
        ("passes", count), ("read_bytes", count), ("progress", ["type": "number", "minimum": 0, "maximum": 1]),
        ("last_completed", ["type": ["string", "null"], "format": "date-time"]), ("findings", count),
        ("damage", ["type": "array", "items": text]),
    ])

    private static let checkpoint = object([
        ("message", text),
        ("checkpoint", object([("lsn", count), ("users", count), ("milliseconds", count)])),
    ])

    private static let types = ProblemKind.allCases.map { "`\($0.type)`" }.joined(separator: ", ")

    private static let problem: DocumentNode = [
        "type": "object",
        "description": "RFC 9457. The members behind `errors` are there for some types only.",
        "required": ["type", "title", "status", "detail", "request_id"],
        "additionalProperties": true,
        "properties": [
            "type": [
                "type": "string", "format": "uri",
                "description": .text(
                    "A stable name to compare. There may be others in the future. Known are \(types)."
                ),
            ],
            "title": text,
            "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "detail": text,
            "instance": text,
            "request_id": text,
            "errors": [
                "type": "array",
                "description": "The fields that are not right; `detail` says how many they are when these are not all.",
                "maxItems": .integer(Int64(Problem.maximumFields)),
                "items": object([("field", text), ("message", text)]),
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
}
