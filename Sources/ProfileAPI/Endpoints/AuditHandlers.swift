import HTTPTypes
import LogStorage
import UserProfiles

/// What answers the endpoints of history, restore and audit.
enum AuditHandlers {
    @Sendable static func history(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let id = call.userID
        let limit = call.parameters.integer("limit").map { Int(clamping: $0) } ?? 100
        let after = call.parameters.text("after")
        let page = try await runtime.search { store in
            let page = try store.history(id, after: after, limit: limit)
            return EncodedPage(json(page, of: id), next: page.next)
        }
        return Answer(.ok, .json, page.body).linked(to: page.next, call)
    }

    @Sendable static func restore(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let result = try await runtime.store.restore(
            call.userID,
            to: call.pointInTime(),
            email: RestoreRequest.email(in: call.body),
            if: call.precondition(),
            dryRun: call.parameters.flag("dry_run"),
            call.changeContext()
        )
        var json = JSONWriter(reservingCapacity: 1024)
        json.beginObject()
        json.key("message")
        json.string(result.dryRun ? "This is what a restore would do" : "User restored")
        json.key("restored_user")
        result.user.write(to: &json)
        json.key("restored_from")
        json.number(result.restoredFrom.rawValue)
        json.key("changes")
        FieldChange.write(result.changes, to: &json)
        json.key("dry_run")
        json.bool(result.dryRun)
        json.endObject()
        // A preview's version does not exist yet, so it must not become anybody's If-Match.
        return Answer(.ok, .json, json.bytes, headers: result.dryRun ? [:] : [.eTag: result.user.entityTag])
    }

    @Sendable static func list(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let query = self.query(call)
        let type = call.type
        let page = try await runtime.search { store in
            let page = try store.audit(query)
            let bytes =
                switch type {
                case .ndjson: ndjson(page)
                case .csv: csv(page)
                default: json(page)
                }
            return EncodedPage(bytes, next: page.next)
        }
        var answer = Answer(.ok, call.type, page.body).linked(to: page.next, call)
        answer.headers[.vary] = "Accept"
        if call.type == .csv { answer.headers[.contentDisposition] = "attachment; filename=\"audit.csv\"" }
        return answer
    }

    @Sendable static func entry(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let lsn = LogSequenceNumber(call.parameters.integer("lsn") ?? 0)
        let entry = try await runtime.read { try $0.auditEntry(lsn) }
        var json = JSONWriter(reservingCapacity: 512)
        json.beginObject()
        json.key("audit_log")
        entry.write(to: &json)
        json.endObject()
        return Answer(.ok, .json, json.bytes)
    }

    private static func json(_ page: Page<AuditEntry>, of id: UserID) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 512 * (page.items.count + 1))
        json.beginObject()
        json.key("user_id")
        json.number(id.rawValue)
        json.page("history", page) { $0.write(to: &$1) }
        json.endObject()
        return json.bytes
    }

    private static func json(_ page: Page<AuditEntry>) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 512 * (page.items.count + 1))
        json.beginObject()
        json.page("audit_logs", page) { $0.write(to: &$1) }
        json.endObject()
        return json.bytes
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

    private static func csv(_ page: Page<AuditEntry>) -> [UInt8] {
        var csv = CSVWriter()
        csv.row(AuditEntry.csvColumns)
        for entry in page.items { entry.write(to: &csv) }
        return csv.bytes
    }

    private static func query(_ call: Call) -> AuditQuery {
        var query = AuditQuery()
        query.userID = call.parameters.integer("user_id").map { UserID($0) }
        query.actor = call.parameters.text("actor")
        query.operation = call.parameters.text("operation").flatMap { Operation($0) }
        query.since = call.parameters.time("since")
        query.until = call.parameters.time("until")
        query.order = call.parameters.text("order") == "asc" ? .ascending : .descending
        query.limit = call.parameters.integer("limit").map { Int(clamping: $0) } ?? query.limit
        query.after = call.parameters.text("after")
        return query
    }
}
