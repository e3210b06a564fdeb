import LogStorage

extension AuditEntry {
    /// Reads an entry as ``write(to:knowsChanges:)`` writes it; `nil` if it is none.
    package init?(json: JSONObject) {
        let values = json.dictionary
        func value(_ key: String) -> JSONValue? { values[ExactText(key)] }
        guard let lsn = value("id")?.wholeNumber, let userID = value("user_id")?.wholeNumber,
            let version = value("version")?.wholeNumber,
            let operation = value("operation")?.text.flatMap({ Operation($0) }),
            let time = value("timestamp")?.text, let timestamp = try? LogTimestamp(rfc3339: time),
            let actor = value("actor")?.text, let requestID = value("request_id")?.text,
            let name = value("name")?.text, let email = value("email")?.text,
            case .object(let attributes) = value("attributes"), case .bool(let deleted) = value("deleted"),
            case .object(let changes) = value("changes")
        else { return nil }
        self.init(
            lsn: LogSequenceNumber(lsn),
            userID: UserID(userID),
            version: ProfileVersion(version),
            operation: operation,
            timestamp: timestamp,
            actor: actor,
            reason: value("reason")?.text,
            requestID: requestID,
            sourceIP: value("source_ip")?.text,
            profile: Profile(validatedName: name, email: email, attributes: attributes),
            deleted: deleted,
            changes: changes.members.compactMap { FieldChange(field: $0.key, json: $0.value) },
            restoredFrom: value("restored_from")?.wholeNumber.map { ProfileVersion($0) }
        )
        guard self.changes.count == changes.members.count else { return nil }
    }
}

extension FieldChange {
    fileprivate init?(field: String, json: JSONValue) {
        guard case .object(let object) = json, let previous = object["previous_value"], let new = object["new_value"]
        else { return nil }
        self.init(
            field: field,
            previous: object["previous_absent"] == .bool(true) ? nil : previous,
            new: object["new_absent"] == .bool(true) ? nil : new
        )
    }
}

extension JSONValue {
    /// The text of a string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of a number without sign, point and exponent.
    package var wholeNumber: UInt64? {
        if case .number(let number) = self { UInt64(number.text) } else { nil }
    }
}
