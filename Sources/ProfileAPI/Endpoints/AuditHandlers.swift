import HTTPTransport
import HTTPTypes
import LogStorage
import UserProfiles

/// The handlers of the endpoints of history, restore and audit.
enum AuditHandlers {
    @Sendable static func history(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let id = request.userID
        let limit = request.parameters.integer("limit").map { Int(clamping: $0) } ?? 100
        let after = request.parameters.text("after")
        return try runtime.cachedPage(request) { store, mode in
            let page = try store.history(id, after: after, limit: limit, reading: mode)
            let body = Response.json(capacity: 512 * (page.items.count + 1)) { json in
                json.key("user_id")
                json.number(id.rawValue)
                json.page("history", page) { $0.write(to: &$1) }
            }
            return (body, page.next)
        }
    }

    @Sendable static func restore(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let id = request.userID
        let point = try request.pointInTime()
        let email = try email(in: request.body)
        if request.parameters.flag("dry_run") {
            let (precondition, context) = (try request.precondition(), try request.changeContext())
            return try runtime.read { store, mode in
                // A preview's version does not exist yet, so it must not become anybody's If-Match.
                restored(
                    try store.previewRestore(
                        id,
                        to: point,
                        email: email,
                        if: precondition,
                        context,
                        reading: mode
                    ),
                    "This is what a restore would do",
                    fields: []
                )
            }
        }
        let change = ProfileChange.restore(id, to: point, email: email)
        return try runtime.change(change, if: request.precondition(), request) { result in
            guard let restore = result.restore else { throw Problem(.internalError, "The restore has no result.") }
            return restored(restore, "User restored", fields: [.entityTag(result.user.version)])
        }
    }

    /// The email to restore with, when the body of a restore gives one.
    ///
    /// - Throws: 422 for anything but an object with at most a string `email`.
    private static func email(in body: JSONValue?) throws(Problem) -> String? {
        guard let body else { return nil }
        guard case .object(let object) = body else {
            throw .invalid([Problem.Field(name: "body", message: "must be a JSON object")])
        }
        var email: String?
        var refusals: [Problem.Field] = []
        for member in object.members {
            switch (member.key, member.value) {
            case ("email", .string(let text)): email = text
            case ("email", .null): email = nil
            case ("email", _): refusals.append(Problem.Field(name: "email", message: "must be a string"))
            default:
                refusals.append(Problem.Field(name: member.key, message: "unknown field; a restore takes only email"))
            }
        }
        if !refusals.isEmpty { throw .invalid(refusals) }
        return email
    }

    private static func restored(_ result: RestoreResult, _ message: String, fields: [HeaderField]) -> Response {
        .json(fields: fields, capacity: 1024) { json in
            json.key("message")
            json.string(message)
            json.key("restored_user")
            result.user.write(to: &json)
            json.key("restored_from")
            json.number(result.restoredFrom.rawValue)
            json.key("changes")
            FieldChange.write(result.changes, to: &json)
            json.key("dry_run")
            json.bool(result.dryRun)
        }
    }

    @Sendable static func list(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let query = query(request)
        let type = request.type
        let guardsFormulas = request.parameters.flag("guard")
        return runtime.page(request) { store in
            let page = try store.audit(query)
            var fields = [HeaderField("Vary", "Accept")]
            switch type {
            case .ndjson: return (Response(.ok, type, ndjson(page), fields: fields), page.next)
            case .csv:
                fields.append(HeaderField("Content-Disposition", "attachment; filename=\"audit.csv\""))
                return (Response(.ok, type, csv(page, guardsFormulas: guardsFormulas), fields: fields), page.next)
            default:
                let body = Response.json(fields: fields, capacity: 512 * (page.items.count + 1)) { json in
                    json.page("audit_logs", page) { $0.write(to: &$1) }
                }
                return (body, page.next)
            }
        }
    }

    @Sendable static func entry(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let lsn = LogSequenceNumber(request.parameters.integer("lsn") ?? 0)
        return try runtime.read { store, mode in
            let entry = try store.auditEntry(lsn, reading: mode)
            return .json { json in
                json.key("audit_log")
                entry.write(to: &json)
            }
        }
    }

    private static func ndjson(_ page: Page<AuditEntry>) -> [UInt8] {
        var lines: [UInt8] = []
        for entry in page.items {
            var json = JSONWriter(reservingCapacity: 512)
            entry.write(to: &json)
            lines += json.bytes
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private static func csv(_ page: Page<AuditEntry>, guardsFormulas: Bool) -> [UInt8] {
        var csv = CSVWriter(guardsFormulas: guardsFormulas)
        csv.row(AuditEntry.csvColumns)
        for entry in page.items { entry.write(to: &csv) }
        return csv.bytes
    }

    private static func query(_ request: RequestContext) -> AuditQuery {
        var query = AuditQuery()
        query.userID = request.parameters.integer("user_id").map { UserID($0) }
        query.actor = request.parameters.text("actor")
        query.operation = request.parameters.text("operation").flatMap { Operation($0) }
        query.since = request.parameters.time("since")
        query.until = request.parameters.time("until")
        query.order = request.parameters.text("order") == "asc" ? .ascending : .descending
        query.limit = request.parameters.integer("limit").map { Int(clamping: $0) } ?? query.limit
        query.after = request.parameters.text("after")
        return query
    }
}
