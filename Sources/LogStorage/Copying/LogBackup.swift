/// What a backup of a store in use consists of, fixed at one moment.
public struct LogBackup: Sendable {
    public let storeID: StoreID
    /// The last record in it; ``LogSequenceNumber/zero`` if there is none.
    public let lastLSN: LogSequenceNumber
    /// The time of that record.
    public let lastTime: LogTimestamp
    /// Checkpoint, segments, `store.json`, in this order: whoever has only the beginning of them has a checkpoint that
    /// knows of records which the segments lack, and no `store.json`.
    public let files: [BackupFile]
}
