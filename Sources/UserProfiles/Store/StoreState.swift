import LogStorage

/// What the threads of a store share: the index, and how the store is doing.
final class StoreState: Sendable {
    struct Content: Sendable {
        var index: ProfileIndex
        /// Whether a batch is on its way to the disk, so that the end of the log may move without the index.
        var isAppending = false
        var poisoned: String?
        var diskFull = false
        var checkpointLSN: LogSequenceNumber?
        /// When it was made; of one that was there at the start, the time of its last record.
        var checkpointTime: LogTimestamp?
        /// Where the log ended when a checkpoint was last due; whether it could be written or not, the next one is due
        /// so many records later, lest a full disk be written to after each batch.
        var checkpointDueLSN = LogSequenceNumber.zero
        var isClosing = false
    }

    private let content: Monitor<Content>

    init(_ index: ProfileIndex, checkpoint: LogSequenceNumber?) {
        var content = Content(index: index)
        content.checkpointLSN = checkpoint
        content.checkpointDueLSN = checkpoint ?? .zero
        self.content = Monitor(content)
    }

    /// Runs `body` with the lock held; it must not block.
    func withLock<Value: Sendable, Failure>(
        _ body: (inout Content) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try content.withLock { (content) throws(Failure) -> Value in try body(&content) }
    }

    /// The users as they are now.
    var users: UserTable { withLock { $0.index.users } }

    /// The newest state of the user `id`.
    func entry(_ id: UserID) -> UserEntry? { withLock { $0.index.users.entry(id) } }
}
