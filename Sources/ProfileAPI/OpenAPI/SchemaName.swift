/// The schemas that the OpenAPI document defines under `components/schemas`.
enum SchemaName: String, CaseIterable, Sendable {
    case user = "User"
    case profile = "Profile"
    case profilePatch = "ProfilePatch"
    case restoreRequest = "RestoreRequest"
    case userAnswer = "UserAnswer"
    case changeAnswer = "ChangeAnswer"
    case userList = "UserList"
    case auditEntry = "AuditEntry"
    case change = "Change"
    case auditAnswer = "AuditAnswer"
    case auditList = "AuditList"
    case history = "History"
    case restoreAnswer = "RestoreAnswer"
    case health = "Health"
    case readiness = "Readiness"
    case status = "Status"
    case checkpoint = "Checkpoint"
    case problem = "Problem"

    /// The pointer to the schema in the document.
    var reference: DocumentNode { ["$ref": "#/components/schemas/\(rawValue)"] }
}
