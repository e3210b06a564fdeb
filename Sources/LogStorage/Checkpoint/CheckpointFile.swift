/// A checkpoint that stands in the data directory; whether it is good shows when it is read.
public struct CheckpointFile: Sendable, Hashable {
    /// The last record that it contains, as its name says.
    public let lsn: LogSequenceNumber
    public let path: String

    static let ending = ".checkpoint"
    static let temporaryEnding = ".checkpoint.tmp"
}

/// The moment of the log that a checkpoint is about.
public struct CheckpointPosition: Sendable {
    /// The last record that belongs to the checkpoint.
    public let lsn: LogSequenceNumber
    /// The time of that record.
    public let time: LogTimestamp
    /// The Merkle tree over the records up to ``lsn``.
    public let tree: MerkleFrontier
}
