import LogStorage

/// What the first block of a checkpoint says (`IndexCheckpoint`).
struct IndexCheckpointHeader: Sendable, Hashable {
    /// The last record taken in.
    let position: LogSequenceNumber
    /// Its time.
    let time: LogTimestamp
    /// Users, deleted ones included.
    let users: Int
    let liveUsers: Int
}
