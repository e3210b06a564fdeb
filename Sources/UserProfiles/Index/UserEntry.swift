import LogStorage

/// What the index keeps about a user, live or deleted: 40 bytes.
struct UserEntry: Sendable, Hashable {
    /// The user's newest record.
    var lsn: LogSequenceNumber
    var createdAt: LogTimestamp
    /// The time of ``lsn``.
    var updatedAt: LogTimestamp
    /// The key of the folded email; of a deleted user, of the last one.
    var emailKey: UInt64
    /// The version; the highest bit marks a deletion. As a checkpoint keeps it.
    private(set) var versionAndDeleted: UInt32
    /// Where the page keeps the search text; 0 when it has none.
    var textPlace: UInt32 = 0

    /// The highest version that fits beside the mark of deletion.
    static let maximumVersion = ProfileVersion(UInt64(deletedMark) - 1)

    private static let deletedMark: UInt32 = 1 << 31

    init(
        lsn: LogSequenceNumber,
        version: ProfileVersion,
        deleted: Bool,
        createdAt: LogTimestamp,
        updatedAt: LogTimestamp,
        emailKey: UInt64
    ) {
        self.lsn = lsn
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.emailKey = emailKey
        let number = UInt32(truncatingIfNeeded: min(version, Self.maximumVersion).rawValue)
        versionAndDeleted = number | (deleted ? Self.deletedMark : 0)
    }

    /// An entry as a checkpoint kept it.
    init(
        lsn: LogSequenceNumber,
        createdAt: LogTimestamp,
        updatedAt: LogTimestamp,
        emailKey: UInt64,
        versionAndDeleted: UInt32,
        textPlace: UInt32
    ) {
        self.lsn = lsn
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.emailKey = emailKey
        self.versionAndDeleted = versionAndDeleted
        self.textPlace = textPlace
    }

    var version: ProfileVersion { ProfileVersion(UInt64(versionAndDeleted & ~Self.deletedMark)) }

    var deleted: Bool { versionAndDeleted & Self.deletedMark != 0 }

    /// The entry after the change that the record `lsn` holds.
    func changed(
        by operation: Operation,
        lsn: LogSequenceNumber,
        time: LogTimestamp,
        emailKey: UInt64
    ) -> UserEntry {
        var entry = UserEntry(
            lsn: lsn,
            version: version.next,
            deleted: operation == .delete,
            createdAt: createdAt,
            updatedAt: time,
            emailKey: emailKey
        )
        entry.textPlace = textPlace
        return entry
    }
}
