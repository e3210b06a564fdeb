public import LogStorage
public import Logging

/// Every profile, every past state and every change, over one durable log.
///
/// The log is the database: the store keeps an index in memory that says which record holds the newest state of each
/// user and who has which email, and reads everything else from the log. One thread commits; a change is visible to
/// readers only when it is durable.
public final class ProfileStore: Sendable {
    let log: any ProfileLog
    let configuration: ProfileStoreConfiguration
    let keys: TextKeys
    let state: StoreState
    let commits: CommitQueue<StoreCommand>
    let checkpoints: CheckpointMaker
    /// Runs reads that may block, also those of the callers.
    package let pool: BlockingPool
    let filler: StartFiller
    let userLock = PerUserLock()
    let versions = VersionCache()
    /// The first record whose bytes the start read and verified.
    let verifiedFrom: LogSequenceNumber
    let logger: Logger

    /// Opens the store in its data directory and brings the index up to the log's end. Blocks, up to seconds.
    ///
    /// - Parameter progress: is told how far the start has come, on the calling thread.
    /// - Throws: ``LogError`` when the log cannot be opened, is damaged or contradicts itself.
    public static func open(
        _ configuration: ProfileStoreConfiguration,
        logger: Logger,
        progress: (RecoveryProgress) -> Void = { _ in }
    ) throws(LogError) -> ProfileStore {
        progress(RecoveryProgress(phase: .openingLog, replayed: .zero, last: .zero))
        let log = try WriteAheadLog.open(configuration.log, logger: logger)
        do throws(LogError) {
            return try open(configuration, log: log, checkpoints: log, logger: logger, progress: progress)
        } catch {
            log.close()
            throw error
        }
    }

    /// Opens the store over any log.
    package static func open(
        _ configuration: ProfileStoreConfiguration,
        log: any ProfileLog,
        checkpoints: any CheckpointKeeper,
        keys: TextKeys = .standard,
        logger: Logger,
        progress: (RecoveryProgress) -> Void = { _ in }
    ) throws(LogError) -> ProfileStore {
        let loader = IndexLoader(log: log, checkpoints: checkpoints, logger: logger)
        let loaded = try loader.load(progress)
        let store = try ProfileStore(configuration, log, checkpoints, keys, loaded.users, loaded.checkpoint, logger)
        store.filler.start(unreadThrough: loaded.checkpoint ?? .zero)
        let end = loaded.users.position
        progress(RecoveryProgress(phase: .ready, replayed: end, last: end))
        return store
    }

    private init(
        _ configuration: ProfileStoreConfiguration,
        _ log: any ProfileLog,
        _ keeper: any CheckpointKeeper,
        _ keys: TextKeys,
        _ users: UserTable,
        _ checkpoint: LogSequenceNumber?,
        _ logger: Logger
    ) throws(LogError) {
        self.configuration = configuration
        self.log = log
        self.keys = keys
        self.logger = logger
        verifiedFrom = min(log.verifiedFrom, (checkpoint ?? .zero).next)
        let background = configuration.log.background
        let state = StoreState(ProfileIndex(users), checkpoint: checkpoint)
        // What it is called after is the age of a checkpoint that an earlier process made.
        let madeAt = checkpoint.flatMap { lsn in try? log.header(lsn).time }
        state.withLock { $0.checkpointTime = madeAt }
        self.state = state
        let checkpoints = try CheckpointMaker(
            state: state,
            checkpoints: keeper,
            background: background,
            observer: configuration.observer,
            logger: logger
        )
        self.checkpoints = checkpoints
        pool = try BlockingPool(
            threads: configuration.readingThreads,
            waitingLimit: configuration.waitingWriteLimit,
            background: background
        )
        filler = try StartFiller(state: state, log: log, background: background, logger: logger)
        let due = DueCheckpoint(checkpoints)
        let committer = Committer(
            state: state,
            log: log,
            checkpoints: keeper,
            logger: logger,
            recordsPerCheckpoint: max(1, configuration.recordsPerCheckpoint),
            observer: configuration.observer,
            onCheckpointDue: { due.make() }
        )
        commits = try CommitQueue(limits: configuration.commit, background: background) { committer.process($0) }
        due.queue(commits)
    }
}
