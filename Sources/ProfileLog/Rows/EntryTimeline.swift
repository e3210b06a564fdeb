import ToolConsole
import UserProfiles

/// The changes of one user as a timeline for people: who, when, why, field by field.
struct EntryTimeline: EntryLayout {
    let style: RowStyle
    let user: UserID

    var textHeading: String { style.style.text("User \(user)", .heading) + "\n" }

    func text(_ row: EntryRow) -> String {
        let entry = row.entry
        var lines = [entry.version.rawValue > 1 ? "│" : "", heading(entry)]
        var fields: [(name: String, value: String)] = []
        if let reason = entry.reason { fields.append(("reason", VisibleText.of(reason))) }
        fields.append(("request", request(entry)))
        if let version = entry.restoredFrom { fields.append(("restored from", "version \(version)")) }
        fields += changes(row)
        let width = fields.reduce(0) { max($0, DisplayWidth.of($1.name)) }
        lines += fields.map { "│   \(style.style.text(DisplayWidth.padded($0.name, to: width), .dim))  \($0.value)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading(_ entry: AuditEntry) -> String {
        let operation = style.style.text(
            DisplayWidth.padded(entry.operation.name, to: 7),
            OperationStyle.role(of: entry.operation)
        )
        let actor = style.style.text(VisibleText.of(entry.actor), .accent)
        return "● version \(entry.version)  \(operation)  \(style.time.text(entry.timestamp))  by \(actor)"
            + style.style.text("  (record \(entry.lsn))", .dim)
    }

    private func request(_ entry: AuditEntry) -> String {
        let source = entry.sourceIP.map { " from \($0)" } ?? ""
        return VisibleText.of(entry.requestID + source)
    }

    private func changes(_ row: EntryRow) -> [(name: String, value: String)] {
        guard row.knowsChanges else {
            return [("changes", style.style.text("not known: the version before cannot be read", .bad))]
        }
        return row.entry.changes.map { change in
            let new = ValueText.of(change.new)
            guard row.entry.operation != .create else { return (VisibleText.of(change.field), new) }
            return (VisibleText.of(change.field), "\(ValueText.of(change.previous)) → \(new)")
        }
    }
}
