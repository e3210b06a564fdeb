package import LogStorage

/// Keeps checkpoints of the index beside the log.
package protocol CheckpointKeeper: Sendable {
    /// The checkpoints that are there, newest first; whether one is good shows when it is read.
    func storedCheckpoints() throws(LogError) -> [StoredCheckpoint]

    /// Blocks until ``beginCheckpoint()`` can be answered at once.
    func prepareForCheckpoint() throws(LogError)

    /// Fixes the log's present end as the place of a checkpoint. To be called on the thread that appends.
    func beginCheckpoint() throws(LogError) -> CheckpointTicket
}
