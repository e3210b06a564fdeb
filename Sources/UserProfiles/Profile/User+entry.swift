import LogStorage

extension User {
    /// The user `id` as the index and the payload of its newest record have it.
    init(_ id: UserID, _ entry: UserEntry, _ profile: Profile) {
        self.init(
            id: id,
            profile: profile,
            version: entry.version,
            deleted: entry.deleted,
            createdAt: entry.createdAt,
            updatedAt: entry.updatedAt,
            lsn: entry.lsn
        )
    }

    /// The user as one of its records has it.
    init(_ header: RecordHeader, createdAt: LogTimestamp, _ profile: Profile) {
        self.init(
            id: UserID(header.subject),
            profile: profile,
            version: ProfileVersion(header.version),
            deleted: header.kind == Operation.delete.rawValue,
            createdAt: createdAt,
            updatedAt: header.time,
            lsn: header.lsn
        )
    }
}
