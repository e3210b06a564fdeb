import LogStorage

/// The users as the records seen so far made them, for comparison with what later records and checkpoints say.
struct VerifiedDirectory {
    /// The users of whom a record was seen. While none is lost, each stands at the place of its id.
    private(set) var users = UserTable()
    private var places = UserPlaces()
    private var emails = EmailTable()
    /// A hash of each user's search text; that is all a checkpoint holds beside the entries.
    private var textHashes: [UInt64] = []

    /// Users who are known to have been created; the highest id.
    var count: UInt64 { places.highestID }

    /// The state of the user `id`, if there is one: ``UserEntry/unknown`` if none of the user's records was seen.
    func entry(_ id: UserID) -> UserEntry? {
        if let place = places.place(of: id.rawValue) { return users.entry(existing: UInt32(place) + 1) }
        return id.rawValue >= 1 && id.rawValue <= count ? .unknown : nil
    }

    func textHash(_ place: Int) -> UInt64 { textHashes[place] }

    /// The live users whose email has the key `key`, usually one.
    func holders(of key: UInt64) -> [UserID] {
        emails.holders(of: key, users: users).map { UserID(places.id(at: Int($0.rawValue) - 1)) }
    }

    /// Takes in the state that a record gave the user `id`, who exists or is the next one.
    mutating func apply(_ entry: UserEntry, of id: UserID, textHash: UInt64) {
        if let place = places.place(of: id.rawValue) {
            let number = UInt32(place) + 1
            let old = users.entry(existing: number)
            let keepsEmail = !old.deleted && !entry.deleted && old.emailKey == entry.emailKey
            if !old.deleted, !keepsEmail { emails.remove(number, key: old.emailKey, users: users) }
            users.replace(entry, of: UserID(UInt64(number)), text: nil)
            if !entry.deleted, !keepsEmail { emails.insert(number, key: entry.emailKey, users: users) }
            textHashes[place] = textHash
        } else {
            places.append(id.rawValue)
            users.append(entry, text: nil)
            textHashes.append(textHash)
            if !entry.deleted { emails.insert(UInt32(users.count), key: entry.emailKey, users: users) }
        }
        note(entry.lsn, entry.updatedAt)
    }

    /// Notes that all users up to `id` were created, although only that is known of some.
    mutating func extend(through id: UserID) {
        places.extend(through: id.rawValue)
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
