import LogStorage

extension AuditEntry {
    /// Writes the entry as callers see it.
    ///
    /// - Parameter knowsChanges: false, for a damaged log, when the version before this one cannot be read.
    package func write(to json: inout JSONWriter, knowsChanges: Bool = true) {
        json.beginObject()
        json.key("id")
        json.number(lsn.rawValue)
        json.key("user_id")
        json.number(userID.rawValue)
        json.key("version")
        json.number(version.rawValue)
        json.key("operation")
        json.string(operation.name)
        json.key("timestamp")
        json.string(timestamp.rfc3339)
        writeContext(to: &json)
        profile.writeMembers(to: &json)
        json.key("deleted")
        json.bool(deleted)
        json.key("changes")
        if knowsChanges { FieldChange.write(changes, to: &json) } else { json.null() }
        json.key("restored_from")
        if let restoredFrom { json.number(restoredFrom.rawValue) } else { json.null() }
        json.endObject()
    }

    private func writeContext(to json: inout JSONWriter) {
        json.key("actor")
        json.string(actor)
        json.key("reason")
        if let reason { json.string(reason) } else { json.null() }
        json.key("request_id")
        json.string(requestID)
        json.key("source_ip")
        if let sourceIP { json.string(sourceIP) } else { json.null() }
    }
}

extension FieldChange {
    /// Writes changes as an object: field → previous and new value. A value that there was not is null, and marked.
    package static func write(_ changes: [FieldChange], to json: inout JSONWriter) {
        json.beginObject()
        for change in changes {
            json.key(change.field)
            json.beginObject()
            json.key("previous_value")
            json.value(change.previous ?? .null)
            if change.previous == nil {
                json.key("previous_absent")
                json.bool(true)
            }
            json.key("new_value")
            json.value(change.new ?? .null)
            if change.new == nil {
                json.key("new_absent")
                json.bool(true)
            }
            json.endObject()
        }
        json.endObject()
    }
}
