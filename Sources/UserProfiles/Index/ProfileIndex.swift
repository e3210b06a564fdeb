import LogStorage

/// What memory holds of the log: every user's newest state, and who has which email.
struct ProfileIndex: Sendable {
    private(set) var users = UserTable()
    private(set) var emails = EmailTable()

    /// The highest id that the index can keep.
    static let maximumID = UserID(UInt64(UInt32.max))

    init() {}

    /// The index of `users`.
    init(_ users: UserTable) {
        self.users = users
        emails = EmailTable(of: users)
    }

    /// The live users whose email has the key `key`.
    func holders(of key: UInt64) -> [UserID] {
        emails.holders(of: key, users: users)
    }

    /// What is asked for before it is needed.
    enum Look {
        /// The entry of a user, and the place where the key of its email is looked up.
        case entries
        /// What these two lead to.
        case texts
    }

    /// Asks the processor for what a change of the user `id`, which will have an email with this key, needs.
    func prefetch(_ id: UserID?, emailKey: UInt64, _ look: Look) {
        switch look {
        case .entries:
            if let id { users.prefetch(id) }
            emails.prefetch(emailKey)
        case .texts:
            if let id { users.prefetchText(id) }
            emails.forEachCandidate(emailKey) { users.prefetch(UserID(UInt64($0))) }
        }
    }

    /// Takes in the record `lsn`, which gave the user `id` the state `entry`; a new user has the next id.
    mutating func apply(_ entry: UserEntry, of id: UserID, text: SearchText) {
        let number = UInt32(truncatingIfNeeded: id.rawValue)
        if let old = users.entry(id) {
            let keepsEmail = !old.deleted && !entry.deleted && old.emailKey == entry.emailKey
            if !old.deleted, !keepsEmail { emails.remove(number, key: old.emailKey, users: users) }
            users.replace(entry, of: id, text: text)
            if !entry.deleted, !keepsEmail { emails.insert(number, key: entry.emailKey, users: users) }
        } else {
            users.append(entry, text: text)
            emails.insert(number, key: entry.emailKey, users: users)
        }
        users.position = entry.lsn
        users.time = entry.updatedAt
    }

    /// Keeps the search text of the user `id` unless the user has changed since the record `lsn`.
    mutating func setText(_ text: SearchText, of id: UserID, asOf lsn: LogSequenceNumber) {
        users.setText(text, of: id, asOf: lsn)
    }

    /// Bytes in memory.
    var footprint: Int { users.footprint + emails.footprint }
}
