package import LogStorage

/// Reads the checkpoints of the index that are kept beside a log.
package protocol CheckpointSource: Sendable {
    /// The checkpoints that are there, newest first; whether one is good shows when it is read.
    func storedCheckpoints() throws(LogError) -> [StoredCheckpoint]
}
