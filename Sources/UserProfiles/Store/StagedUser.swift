import LogStorage

/// A user as a batch that is not yet durable will leave it.
struct StagedUser: Sendable {
    /// When a user came to be.
    enum Birth: Sendable {
        case at(LogTimestamp)
        /// With this record of the same batch, counted from 0.
        case inBatch(Int)
    }

    let id: UserID
    let version: ProfileVersion
    let deleted: Bool
    let lsn: LogSequenceNumber
    let emailKey: UInt64
    /// Known when the batch itself set it.
    let foldedEmail: FoldedText?
    let birth: Birth

    /// The user `id` as the index has it.
    init(_ id: UserID, _ entry: UserEntry) {
        self.id = id
        version = entry.version
        deleted = entry.deleted
        lsn = entry.lsn
        emailKey = entry.emailKey
        foldedEmail = nil
        birth = .at(entry.createdAt)
    }

    init(
        _ id: UserID,
        version: ProfileVersion,
        lsn: LogSequenceNumber,
        birth: Birth,
        change: PreparedChange
    ) {
        self.id = id
        self.version = version
        self.lsn = lsn
        self.birth = birth
        deleted = change.operation == .delete
        emailKey = change.emailKey
        foldedEmail = change.foldedEmail
    }

    /// The index entry, now that the batch has its times.
    func entry(time: LogTimestamp, receipt: AppendReceipt) -> UserEntry {
        let createdAt =
            switch birth {
            case .at(let instant): instant
            case .inBatch(let record): receipt.time(record)
            }
        return UserEntry(
            lsn: lsn,
            version: version,
            deleted: deleted,
            createdAt: createdAt,
            updatedAt: time,
            emailKey: emailKey
        )
    }
}
