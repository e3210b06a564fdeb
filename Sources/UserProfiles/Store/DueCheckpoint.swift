import LogStorage

/// Lets the commit thread ask for a checkpoint, which in turn needs the commit thread's queue.
final class DueCheckpoint: Sendable {
    private struct WeakQueue: Sendable {
        weak var queue: CommitQueue<StoreCommand>?
    }

    private let checkpoints: CheckpointMaker
    private let commits = Monitor(WeakQueue())

    init(_ checkpoints: CheckpointMaker) {
        self.checkpoints = checkpoints
    }

    /// Names the queue, which was made after this.
    func queue(_ queue: CommitQueue<StoreCommand>) {
        commits.withLock { $0.queue = queue }
    }

    /// Has a checkpoint made, unless one is about to be.
    func make() {
        guard let queue = commits.withLock({ $0.queue }) else { return }
        checkpoints.makeWhenDue { command throws(LogError) in try queue.submit(command, bytes: 0) }
    }
}
