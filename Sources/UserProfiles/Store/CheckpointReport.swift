public import LogStorage

/// What a checkpoint that was asked for holds.
public struct CheckpointReport: Sendable, Hashable {
    /// The last record that the checkpoint covers.
    public let lsn: LogSequenceNumber
    /// The users in it, deleted ones included.
    public let users: Int
    /// How long it took to write, in seconds.
    public let seconds: Double

    public init(lsn: LogSequenceNumber, users: Int, seconds: Double) {
        self.lsn = lsn
        self.users = users
        self.seconds = seconds
    }
}
