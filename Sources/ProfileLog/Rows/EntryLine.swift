import LogStorage
import ToolConsole
import UserProfiles

/// An audit entry in one line for people.
struct EntryLine: EntryLayout {
    let style: RowStyle
    let columns: EntryColumns

    /// Columns of a value that a line shows; the history shows all of it.
    private static let valueWidth = 60
    /// The fewest columns in which a reason is worth its room.
    private static let leastReason = 12

    /// The line above the first one.
    var textHeading: String {
        let names = [
            DisplayWidth.rightAligned("LSN", to: columns.lsn),
            style.timeHeading("TIME"),
            DisplayWidth.rightAligned("USER", to: columns.user),
            columns.version.map { DisplayWidth.rightAligned("VERS", to: $0) },
            DisplayWidth.padded("OPERATION", to: columns.operation),
            DisplayWidth.padded("ACTOR", to: columns.actor),
            "CHANGE",
        ]
        return style.style.text(names.compactMap(\.self).joined(separator: columns.gap), .heading) + "\n"
    }

    func text(_ row: EntryRow) -> String {
        let entry = row.entry
        let cells = [
            DisplayWidth.rightAligned(entry.lsn.description, to: columns.lsn),
            style.style.text(style.text(entry.timestamp), .dim),
            DisplayWidth.rightAligned(entry.userID.description, to: columns.user),
            columns.version.map { DisplayWidth.rightAligned(entry.version.description, to: $0) },
            operation(entry.operation),
            style.style.text(actor(entry), .accent),
        ]
        return cells.compactMap(\.self).joined(separator: columns.gap) + columns.gap + end(row) + "\n"
    }

    private func actor(_ entry: AuditEntry) -> String {
        let actor = VisibleText.of(entry.actor)
        let shown = columns.change == nil ? actor : DisplayWidth.shortened(actor, to: columns.actor)
        return DisplayWidth.padded(shown, to: columns.actor)
    }

    private func operation(_ operation: Operation) -> String {
        let name = DisplayWidth.padded(operation.name, to: columns.operation)
        return style.style.text(name, OperationStyle.role(of: operation))
    }

    /// What changed, of whom, and why.
    private func end(_ row: EntryRow) -> String {
        var text = change(row)
        var reason = row.entry.reason.map { "  — " + VisibleText.of($0) } ?? ""
        if let width = columns.change {
            text = DisplayWidth.shortened(text, to: width)
            let room = width - DisplayWidth.of(text)
            reason = room < Self.leastReason ? "" : DisplayWidth.shortened(reason, to: room)
        }
        return text + style.style.text(reason, .dim)
    }

    private func change(_ row: EntryRow) -> String {
        let entry = row.entry
        let name = VisibleText.of(entry.profile.name)
        let who = "\(name) <\(VisibleText.of(entry.profile.email))>"
        switch entry.operation {
        case .create, .delete: return who
        case .update, .restore: break
        }
        guard row.knowsChanges else { return who + "  (the version before cannot be read)" }
        let target = [entry.restoredFrom.map { "to version \($0)" }].compactMap(\.self)
        let whole = "\(who): " + (target + entry.changes.map(Self.text)).joined(separator: ", ")
        guard let width = columns.change, DisplayWidth.of(whole) > width else { return whole }
        // Which fields changed says more than the beginning of the first value.
        let fields = (target + entry.changes.map { VisibleText.of($0.field) }).joined(separator: ", ")
        return "\(DisplayWidth.shortened(name, to: width / 2)): \(fields)"
    }

    private static func text(_ change: FieldChange) -> String {
        let old = DisplayWidth.shortened(ValueText.of(change.previous), to: valueWidth)
        let new = DisplayWidth.shortened(ValueText.of(change.new), to: valueWidth)
        return "\(VisibleText.of(change.field)): \(old) → \(new)"
    }
}
