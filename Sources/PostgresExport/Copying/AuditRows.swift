package import LogStorage
package import UserProfiles

/// Rows of `user_audit`, and what PostgreSQL cannot hold of them.
package struct AuditRows: Sendable {
    package private(set) var rows = BinaryRows()
    package private(set) var substitutions: [Substitution] = []

    package init() {}

    /// Appends the row of an entry.
    ///
    /// - Throws: ``LogError/Code/damaged`` for numbers that no log has.
    package mutating func append(_ entry: AuditEntry) throws(LogError) {
        rows.beginRow(fields: Int16(AuditColumn.allCases.count))
        try number(entry.lsn.rawValue, entry)
        try number(entry.userID.rawValue, entry)
        try number(entry.version.rawValue, entry)
        text(entry.operation.name, .operation, entry)
        text(entry.profile.name, .name, entry)
        text(entry.profile.email, .email, entry)
        rows.field(Self.folded(entry.profile.email))
        try json(entry.profile.attributes.minified, .attributes, entry)
        rows.field(entry.deleted)
        text(entry.actor, .actor, entry)
        text(entry.reason, .reason, entry)
        text(entry.requestID, .requestID, entry)
        text(entry.sourceIP, .sourceIP, entry)
        var changes = JSONWriter()
        FieldChange.write(entry.changes, to: &changes)
        try json(changes.bytes, .changes, entry)
        if let version = entry.restoredFrom { try number(version.rawValue, entry) } else { rows.null() }
        rows.field(PostgresTime.microseconds(entry.timestamp))
    }

    /// The address as the service compares addresses (column `email_folded`).
    static func folded(_ email: String) -> [UInt8] { FoldedText(address: PostgresText.fitted(email)).bytes }

    private mutating func number(_ number: UInt64, _ entry: AuditEntry) throws(LogError) {
        guard let number = Int64(exactly: number) else {
            throw LogError(.damaged, "The record has a number beyond 2⁶³", lsns: entry.lsn...entry.lsn)
        }
        rows.field(number)
    }

    private mutating func text(_ text: String?, _ column: AuditColumn, _ entry: AuditEntry) {
        guard let text else { return rows.null() }
        guard PostgresText.holds(text) else {
            var original = JSONWriter()
            original.string(text)
            substitutions.append(Substitution(lsn: entry.lsn, column: column, original: original.bytes))
            return rows.field(Array(PostgresText.fitted(text).utf8))
        }
        rows.field(Array(text.utf8))
    }

    private mutating func json(_ json: [UInt8], _ column: AuditColumn, _ entry: AuditEntry) throws(LogError) {
        guard !PostgresJSON.holds(json) else { return rows.field(json: json) }
        substitutions.append(Substitution(lsn: entry.lsn, column: column, original: json))
        do throws(JSONError) {
            rows.field(json: try PostgresJSON.fitted(json))
        } catch {
            throw LogError(.damaged, "The record's \(column) are no JSON: \(error)", lsns: entry.lsn...entry.lsn)
        }
    }
}
