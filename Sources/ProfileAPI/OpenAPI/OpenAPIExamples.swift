import HTTPTypes
import UserProfiles

/// Examples of bodies for the OpenAPI document. Those of requests succeed as they are, one after the other.
enum OpenAPIExamples {
    // MARK: - Requests

    /// Another user than ``profile``: both must not have the same email.
    static let newProfile: JSONValue = [
        "name": "Grace Hopper", "email": "grace.hopper@example.com", "attributes": ["department": "Compilers"],
    ]
    static let profile: JSONValue = [
        "name": "Ada Lovelace", "email": "ada.lovelace@example.com", "attributes": ["department": "Engines"],
    ]
    static let patch: JSONValue = ["attributes": ["department": "Mathematics", "room": .null]]

    // MARK: - Users

    private static let time: JSONValue = "2026-11-22T10:00:00.000000Z"

    static func user(_ profile: JSONValue = profile, version: Int64 = 1, deleted: Bool = false) -> JSONValue {
        let number: JSONValue = ["id": 1]
        return number.adding(profile).adding([
            "version": .number(version), "deleted": .bool(deleted), "created_at": time, "updated_at": time,
        ])
    }

    static let creation: JSONValue = ["message": "User created", "user": user(newProfile)]
    static let update: JSONValue = ["message": "User updated", "user": user(version: 2)]
    static let deletion: JSONValue = ["message": "User deleted", "user": user(version: 2, deleted: true)]
    static let userList: JSONValue = ["users": [user()], "next": .null, "as_of": 1]

    // MARK: - History

    static let auditEntry = change.adding(profile).adding([
        "deleted": false, "changes": ["name": ["previous_value": "Ada Byron", "new_value": "Ada Lovelace"]],
        "restored_from": .null,
    ])
    private static let change: JSONValue = [
        "id": 2, "user_id": 1, "version": 2, "operation": "UPDATE", "timestamp": time, "actor": "admin",
        "reason": "asked for by phone", "request_id": "1A2B3C4D5E6F7", "source_ip": "192.0.2.1",
    ]
    static let history: JSONValue = ["user_id": 1, "history": [auditEntry], "next": .null]
    static let auditList: JSONValue = ["audit_logs": [auditEntry], "next": .null]
    static let restore: JSONValue = [
        "message": "User restored", "restored_user": user(version: 3), "restored_from": 1,
        "changes": ["deleted": ["previous_value": true, "new_value": false]], "dry_run": false,
    ]

    /// The entry as a line of `application/x-ndjson`.
    static var auditLines: String { String(decoding: auditEntry.minified, as: UTF8.self) + "\n" }

    /// The entry as a table, `text/csv`.
    static var auditTable: String {
        var csv = CSVWriter()
        csv.row(AuditEntry.csvColumns)
        if case .object(let entry) = auditEntry { csv.row(entry.members.map { cell($0.value) }) }
        return String(decoding: csv.bytes, as: UTF8.self)
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        default: String(decoding: value.minified, as: UTF8.self)
        }
    }

    // MARK: - The server

    static let status: JSONValue = [
        "store_id": "3f2b8c1e-5a7d-4e9f-8b6a-0c1d2e3f4a5b", "records": 2, "live_users": 1, "deleted_users": 0,
        "last_lsn": 2, "last_time": time, "checkpoint_lsn": .null, "waiting_writes": 0, "index_bytes": 4096,
        "log_bytes": 8192, "segments": 1, "clock_steps": 0, "disk_full": false, "read_only_reason": .null,
        "clock_jump": .null, "verified_from_lsn": 1, "read_damage": [],
        "scrub": [
            "passes": 0, "read_bytes": 0, "progress": 0, "last_completed": .null, "findings": 0, "damage": [],
        ],
    ]
    static let checkpoint: JSONValue = [
        "message": "Checkpoint written", "checkpoint": ["lsn": 2, "users": 1, "milliseconds": 3],
    ]

    static func problem(_ kind: ProblemKind) -> JSONValue {
        let common: JSONValue = [
            "type": .string(kind.type), "title": .string(kind.title), "status": .number(kind.status.code),
            "detail": .string(kind.title + "."), "request_id": "1A2B3C4D5E6F7",
        ]
        return common.adding(further(kind))
    }

    /// What problems of the kind have beside the members of RFC 9457.
    private static func further(_ kind: ProblemKind) -> JSONValue {
        switch kind {
        case .invalid: ["errors": [["field": "limit", "message": "must be an integer from 1 to 1000"]]]
        case .invalidJSON: ["line": 1, "column": 2, "offset": 1]
        case .emailTaken: ["errors": [["field": "email", "message": "is used by user 2"]], "holder_id": 2]
        case .preconditionFailed: ["current_version": 4]
        case .deleted: ["deleted_version": 2]
        case .recovering: ["phase": "replaying the log", "replayed": 1, "last": 2]
        default: [:]
        }
    }
}
