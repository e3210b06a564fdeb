import LogStorage

extension AuditEntry {
    /// The names of the columns, in order.
    package static let csvColumns = [
        "id", "user_id", "version", "operation", "timestamp", "actor", "reason", "request_id", "source_ip",
        "name", "email", "attributes", "deleted", "changes", "restored_from",
    ]

    /// Appends the entry as a row; attributes and changes are JSON texts.
    ///
    /// - Parameter knowsChanges: false, for a damaged log, when the version before this one cannot be read.
    package func write(to csv: inout CSVWriter, knowsChanges: Bool = true) {
        var attributes = JSONWriter()
        attributes.object(profile.attributes)
        var changes = JSONWriter()
        if knowsChanges { FieldChange.write(self.changes, to: &changes) }
        csv.row([
            lsn.rawValue.description, userID.description, version.description, operation.name, timestamp.rfc3339,
            actor, reason ?? "", requestID, sourceIP ?? "", profile.name, profile.email,
            String(decoding: attributes.bytes, as: UTF8.self), deleted ? "true" : "false",
            String(decoding: changes.bytes, as: UTF8.self), restoredFrom?.description ?? "",
        ])
    }
}
