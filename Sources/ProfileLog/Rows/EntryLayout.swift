import UserProfiles

/// Changes as the HTTP interface has them; for people, as the implementing type does it.
protocol EntryLayout: RowLayout where Row == EntryRow {
    var style: RowStyle { get }
}

extension EntryLayout {
    var guardsFormulas: Bool { style.guardsFormulas }

    var csvColumns: [String] { AuditEntry.csvColumns }

    func write(_ row: EntryRow, to json: inout JSONWriter) {
        row.entry.write(to: &json, knowsChanges: row.knowsChanges)
    }

    func write(_ row: EntryRow, to csv: inout CSVWriter) {
        row.entry.write(to: &csv, knowsChanges: row.knowsChanges)
    }
}
