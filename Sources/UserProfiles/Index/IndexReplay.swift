import LogStorage

/// Rebuilds the users from record headers, and checks on the way that they fit together.
struct IndexReplay {
    private(set) var users: UserTable

    /// Goes on from `users`.
    init(from users: UserTable = UserTable()) {
        self.users = users
    }

    /// Takes in the next records.
    ///
    /// The entries of random users stand anywhere in memory, and the processor would wait for one after the other. Here
    /// it asks for all of them before the first is needed: a replay of ten million records takes half the time.
    ///
    /// - Throws: what ``take(_:)-(RecordHeader)`` throws.
    mutating func take(_ headers: [RecordHeader]) throws(LogError) {
        users.prefetch(for: headers)
        for header in headers { try take(header) }
    }

    /// Takes in the next record.
    ///
    /// - Throws: ``LogError`` `.damaged` when the record does not continue what came before it.
    mutating func take(_ header: RecordHeader) throws(LogError) {
        guard header.lsn == users.position.next else {
            throw contradiction(header, "follows record \(users.position)")
        }
        guard let operation = Operation(rawValue: header.kind) else {
            throw LogError(
                .unsupportedFormat,
                "A record is of the kind \(header.kind), which this version does not know",
                lsns: header.lsn...header.lsn,
                advice: "Start the version that wrote it, or a later one"
            )
        }
        if operation == .create {
            try create(header)
        } else {
            try change(header, operation)
        }
        users.position = header.lsn
        users.time = header.time
    }

    private mutating func create(_ header: RecordHeader) throws(LogError) {
        guard header.subject == UInt64(users.count) + 1, header.version == 1, header.previous == nil else {
            throw contradiction(header, "creates user \(header.subject), \(users.count) being there")
        }
        guard let key = header.key, header.subject <= ProfileIndex.maximumID.rawValue else {
            throw contradiction(header, "creates a user without an email or beyond the highest id")
        }
        let entry = UserEntry(
            lsn: header.lsn,
            version: ProfileVersion(1),
            deleted: false,
            createdAt: header.time,
            updatedAt: header.time,
            emailKey: key
        )
        users.append(entry, text: nil)
    }

    private mutating func change(_ header: RecordHeader, _ operation: Operation) throws(LogError) {
        let id = UserID(header.subject)
        guard let old = users.entry(id) else {
            throw contradiction(header, "changes user \(id), who does not exist")
        }
        guard header.previous == old.lsn, header.version == old.version.rawValue + 1 else {
            throw contradiction(
                header,
                "is version \(header.version) of user \(id) after record "
                    + "\(header.previous ?? .zero), not \(old.version.next) after \(old.lsn)"
            )
        }
        guard operation != .delete || !old.deleted, operation != .update || !old.deleted else {
            throw contradiction(header, "changes user \(id), who is deleted")
        }
        let key = header.key ?? old.emailKey
        let entry = old.changed(by: operation, lsn: header.lsn, time: header.time, emailKey: key)
        users.replace(entry, of: id, text: nil)
    }

    private func contradiction(_ header: RecordHeader, _ what: String) -> LogError {
        LogError(
            .damaged,
            "The log contradicts itself: record \(header.lsn) \(what)",
            lsns: header.lsn...header.lsn,
            advice: "Check the files with profile-log verify and restore the damaged one from a copy"
        )
    }
}
