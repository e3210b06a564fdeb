public import LogStorage

/// How a ``ProfileStore`` works; every setting has a default.
public struct ProfileStoreConfiguration: Sendable {
    /// Where and how the log is kept.
    public var log: LogConfiguration
    /// How much may wait for a commit, how much one commit takes, and how long the next one is looked for before sleeping.
    public var commit: CommitQueueLimits = {
        var limits = CommitQueueLimits()
        limits.busyWait = .microseconds(200)
        return limits
    }()
    /// Records between two checkpoints made by themselves.
    ///
    /// A million records replay in about a second, so this bounds the start after a crash to about that.
    public var recordsPerCheckpoint = 1_000_000
    /// Whether a clean stop makes a checkpoint.
    public var checkpointAtClose = true
    /// What one page of users, of a history or of the audit trail looks at before it ends early with a cursor.
    public var scanBudget = ScanBudget()
    /// Bytes of what is read for one page after which it ends short with a cursor; a page has one row at least.
    ///
    /// A thousand rows of usual profiles take a fraction of it. Without it a thousand of the largest would take more than
    /// 1.5 GB of memory, most of it for their differences.
    public var pageBytes = 4 << 20
    /// Threads for reads that block, those of writes that must read first (patch, delete, restore) included.
    public var readingThreads = 2
    /// Reads and writes that may wait for a thread before further ones are refused.
    public var waitingWriteLimit = 10_000
    /// Is told about each batch and each checkpoint.
    public var observer: (any StoreObserver)?

    public init(log: LogConfiguration) {
        self.log = log
    }
}
