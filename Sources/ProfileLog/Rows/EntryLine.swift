import LogStorage
import ToolConsole
import UserProfiles

/// An audit entry in one line for people.
struct EntryLine: EntryLayout {
    let style: RowStyle
    let columns: EntryColumns

    /// Columns of a value that a line shows; the history shows all of it.
    private static let valueWidth = 60

    /// The line above the first one.
    var textHeading: String {
        let names = [
            DisplayWidth.rightAligned("LSN", to: columns.lsn),
            DisplayWidth.padded("TIME", to: style.time.width),
            DisplayWidth.rightAligned("USER", to: columns.user),
            DisplayWidth.rightAligned("VERS", to: columns.version),
            DisplayWidth.padded("OPERATION", to: columns.operation),
            DisplayWidth.padded("ACTOR", to: columns.actor),
            "CHANGE",
        ]
        return style.style.text(names.joined(separator: "  "), .heading) + "\n"
    }

    func text(_ row: EntryRow) -> String {
        let entry = row.entry
        let actor = DisplayWidth.padded(VisibleText.of(entry.actor), to: columns.actor)
        var line = DisplayWidth.rightAligned(entry.lsn.description, to: columns.lsn)
        line += "  " + style.style.text(style.time.text(entry.timestamp), .dim)
        line += "  " + DisplayWidth.rightAligned(entry.userID.description, to: columns.user)
        line += "  " + DisplayWidth.rightAligned(entry.version.description, to: columns.version)
        line += "  " + operation(entry.operation)
        line += "  " + style.style.text(actor, .accent)
        line += "  " + change(entry, row.knowsChanges)
        if let reason = entry.reason { line += style.style.text("  — " + VisibleText.of(reason), .dim) }
        return line + "\n"
    }

    private func operation(_ operation: Operation) -> String {
        let name = DisplayWidth.padded(operation.name, to: columns.operation)
        return style.style.text(name, OperationStyle.role(of: operation))
    }

    private func change(_ entry: AuditEntry, _ knowsChanges: Bool) -> String {
        let who = VisibleText.of("\(entry.profile.name) <\(entry.profile.email)>")
        switch entry.operation {
        case .create, .delete: return who
        case .update, .restore: break
        }
        guard knowsChanges else { return who + "  (the version before cannot be read)" }
        let target = entry.restoredFrom.map { "to version \($0)" }
        let changes = entry.changes.map(Self.text)
        return ([target].compactMap(\.self) + changes).joined(separator: ", ")
    }

    private static func text(_ change: FieldChange) -> String {
        let old = DisplayWidth.shortened(ValueText.of(change.previous), to: valueWidth)
        let new = DisplayWidth.shortened(ValueText.of(change.new), to: valueWidth)
        return "\(VisibleText.of(change.field)): \(old) → \(new)"
    }
}
