import LogStorage
import Synchronization

/// What the threads of a store share: the index, and how the store is doing.
final class StoreState: Sendable {
    struct Content: Sendable {
        var index: ProfileIndex
        /// Whether a batch is on its way to the disk, so that the end of the log may move without the index.
        var isAppending = false
        fileprivate(set) var poisoned: String?
        fileprivate(set) var clockJump: String?
        fileprivate(set) var diskFull = false
        var checkpointLSN: LogSequenceNumber?
        /// When it was made; of one that was there at the start, the time of its last record.
        var checkpointTime: LogTimestamp?
        /// Where the log ended when a checkpoint was last due; whether it could be written or not, the next one is due
        /// so many records later, lest a full disk be written to after each batch.
        var checkpointDueLSN = LogSequenceNumber.zero
        fileprivate(set) var isClosing = false
    }

    /// Why changes are refused, for whoever asks before each one.
    private enum Refusal: UInt8, AtomicRepresentable {
        case none
        case stopping
        case readOnly
        case clockJumped
    }

    private let content: Monitor<Content>
    private let refusal = Atomic<Refusal>(.none)

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

    /// Why no more changes are taken; `nil` while they are. Takes no lock.
    var refusedChanges: ProfileError? {
        switch refusal.load(ordering: .acquiring) {
        case .none: nil
        case .stopping: .stopping
        case .readOnly: .readOnly
        case .clockJumped: .clockJumped
        }
    }

    /// Takes no more changes, because the store is being closed.
    ///
    /// - Returns: false if it was before.
    func close() -> Bool {
        withLock { content in
            defer { content.isClosing = true }
            refusal.store(.stopping, ordering: .releasing)
            return !content.isClosing
        }
    }

    /// Takes no more changes, because one of them may or may not be on the disk.
    ///
    /// - Returns: false if it was so before.
    func poison(_ cause: String) -> Bool {
        withLock { content in
            guard content.poisoned == nil else { return false }
            content.poisoned = cause
            if !content.isClosing { refusal.store(.readOnly, ordering: .releasing) }
            return true
        }
    }

    /// Takes no more changes, because the clock cannot be believed.
    ///
    /// - Returns: false if it was so before.
    func stopForClock(_ cause: String) -> Bool {
        withLock { content in
            guard content.clockJump == nil else { return false }
            content.clockJump = cause
            if !content.isClosing, content.poisoned == nil { refusal.store(.clockJumped, ordering: .releasing) }
            return true
        }
    }

    /// Notes whether there was room for the last batch.
    ///
    /// - Returns: false if it was so before.
    func noteRoom(isThere: Bool) -> Bool {
        withLock { content in
            defer { content.diskFull = !isThere }
            return content.diskFull == isThere
        }
    }

    /// The users as they are now.
    var users: UserTable { withLock { $0.index.users } }

    /// The newest state of the user `id`.
    func entry(_ id: UserID) -> UserEntry? { withLock { $0.index.users.entry(id) } }

    /// Asks the processor for what the index has of the users and emails of a batch.
    ///
    /// They stand anywhere in memory: looked for one after the other, each would be waited for.
    func prefetch(_ commands: [ProfileCommand]) {
        // What the second look asks for is found by what the first one has asked for.
        for look in [ProfileIndex.Look.entries, .texts] {
            withLock { content in
                for command in commands {
                    for change in command.changes {
                        content.index.prefetch(change.target, emailKey: change.emailKey, look)
                    }
                }
            }
        }
    }
}
