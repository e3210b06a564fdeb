import LogStorage

/// The users as the records seen so far made them, for comparison with what later records and checkpoints say.
struct VerifiedDirectory {
    private(set) var users = UserTable()
    private var emails = EmailTable()
    /// A hash of each user's search text; that is all a checkpoint holds beside the entries.
    private var textHashes: [UInt64] = []

    func entry(_ id: UserID) -> UserEntry? { users.entry(id) }

    func textHash(_ index: Int) -> UInt64 { textHashes[index] }

    /// The live users whose email has the key `key`, usually one.
    func holders(of key: UInt64) -> [UserID] { emails.holders(of: key, users: users) }

    /// Takes in the state that a record gave the user `id`, who exists or is the next one.
    mutating func apply(_ entry: UserEntry, of id: UserID, textHash: UInt64) {
        let number = UInt32(truncatingIfNeeded: id.rawValue)
        if let old = users.entry(id) {
            let keepsEmail = !old.deleted && !entry.deleted && old.emailKey == entry.emailKey
            if !old.deleted, !keepsEmail { emails.remove(number, key: old.emailKey, users: users) }
            users.replace(entry, of: id, text: nil)
            if !entry.deleted, !keepsEmail { emails.insert(number, key: entry.emailKey, users: users) }
            textHashes[Int(number) - 1] = textHash
        } else {
            users.append(entry, text: nil)
            textHashes.append(textHash)
            if !entry.deleted { emails.insert(number, key: entry.emailKey, users: users) }
        }
        note(entry.lsn, entry.updatedAt)
    }

    /// Adds users of whom only the existence is known, up to the one before `id`.
    mutating func addUnknown(before id: UserID) {
        while UInt64(users.count) + 1 < id.rawValue {
            users.append(.unknown, text: nil)
            textHashes.append(0)
        }
    }

    /// Notes the last record that was looked at.
    mutating func note(_ lsn: LogSequenceNumber, _ time: LogTimestamp) {
        users.position = lsn
        users.time = time
    }

    /// FNV-1a, by which texts of one length that differ in one byte never have one hash.
    static func hash(_ text: some Sequence<UInt8>) -> UInt64 {
        text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension UserEntry {
    /// A user who was created by a record that is lost. Counts as deleted, because nobody knows the email.
    static let unknown = UserEntry(
        lsn: .zero,
        version: ProfileVersion(0),
        deleted: true,
        createdAt: LogTimestamp(microseconds: 0),
        updatedAt: LogTimestamp(microseconds: 0),
        emailKey: 0
    )

    var isUnknown: Bool { version == ProfileVersion(0) }
}
