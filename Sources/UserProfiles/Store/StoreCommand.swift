import LogStorage

/// What the commit thread is asked to do.
enum StoreCommand: Sendable {
    case change(ProfileCommand)
    /// Fix the place of a checkpoint between two batches, and hand out the index as it is there.
    case beginCheckpoint(@Sendable (Result<(CheckpointTicket, UserTable), LogError>) -> Void)
}
