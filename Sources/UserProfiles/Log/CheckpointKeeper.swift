package import LogStorage

/// Keeps checkpoints of the index beside the log.
package protocol CheckpointKeeper: CheckpointSource {
    /// Blocks until ``beginCheckpoint()`` can be answered at once.
    func prepareForCheckpoint() throws(LogError)

    /// Fixes the log's present end as the place of a checkpoint. To be called on the thread that appends.
    func beginCheckpoint() throws(LogError) -> CheckpointTicket
}
