import LogStorage
import Logging
import Synchronization

/// Writes checkpoints on a thread of its own, one after the other, while changes go on.
final class CheckpointMaker: Sendable {
    typealias Completion = @Sendable (Result<CheckpointReport, ProfileError>) -> Void

    private let state: StoreState
    private let checkpoints: any CheckpointKeeper
    private let observer: (any StoreObserver)?
    private let logger: Logger
    private let worker: BlockingPool
    private let isDue = Atomic<Bool>(false)

    init(
        state: StoreState,
        checkpoints: any CheckpointKeeper,
        background: BackgroundWork,
        observer: (any StoreObserver)? = nil,
        logger: Logger
    ) throws(LogError) {
        self.state = state
        self.observer = observer
        self.checkpoints = checkpoints
        self.logger = logger
        worker = try BlockingPool(threads: 1, waitingLimit: 1_000, background: background)
    }

    /// Asks for a checkpoint unless one that was asked for like this is still to come.
    func makeWhenDue(_ queue: @escaping @Sendable (StoreCommand) throws(LogError) -> Void) {
        guard isDue.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        make(queue) { [self] result in
            isDue.store(false, ordering: .relaxed)
            if case .failure(let error) = result { logger.warning("No checkpoint could be made: \(error)") }
        }
    }

    /// Makes a checkpoint of the index as it is when its turn comes.
    ///
    /// - Parameter queue: puts a command before the commit thread.
    func make(
        _ queue: @escaping @Sendable (StoreCommand) throws(LogError) -> Void,
        _ completion: @escaping Completion
    ) {
        run(completion) { [self] () throws(LogError) in
            // The wait for the tree happens here, so that the commit thread finds it ready.
            try checkpoints.prepareForCheckpoint()
            try queue(
                .beginCheckpoint { [self] begun in
                    run(completion) { [self] () throws(LogError) in
                        let (ticket, users) = try begun.get()
                        completion(write(ticket, users))
                    }
                }
            )
        }
    }

    /// Does what waits on the calling thread, where no thread does.
    func workOff() -> Bool { worker.workOff() }

    /// Forgets what waits.
    func abandon() { worker.abandon() }

    /// Finishes what was asked for. Blocks.
    func stop() {
        worker.stop()
    }

    private func run(_ completion: @escaping Completion, _ job: @escaping @Sendable () throws(LogError) -> Void) {
        do throws(LogError) {
            try worker.submit {
                do throws(LogError) { try job() } catch { completion(.failure(Self.failure(error))) }
            }
        } catch {
            completion(.failure(Self.failure(error)))
        }
    }

    private func write(_ ticket: CheckpointTicket, _ users: UserTable) -> Result<CheckpointReport, ProfileError> {
        let start = ContinuousClock.now
        guard ticket.lsn == users.position else {
            // Only after a failed write: the log may hold what was never made visible.
            return .failure(.readOnly)
        }
        // Nothing new, or nothing at all: the file that is there says the same.
        let isNew = ticket.lsn > (state.withLock { $0.checkpointLSN } ?? .zero)
        do {
            if isNew { try ticket.write { put in try encode(users, put) } }
        } catch {
            let cause = error as? LogError ?? LogError(.io, "\(error)")
            return .failure(Self.failure(cause))
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let report = CheckpointReport(lsn: ticket.lsn, users: users.count, seconds: seconds)
        if isNew {
            state.withLock { content in
                content.checkpointLSN = ticket.lsn
                content.checkpointTime = LogTimestamp.now()
            }
            observer?.checkpointed(report)
        }
        return .success(report)
    }

    private func encode(_ users: UserTable, _ put: (_ block: [UInt8]) throws -> Void) throws {
        var pace = BackgroundPace(at: users.position)
        try IndexCheckpointEncoder(users: users).encode { block in
            try put(block)
            pace.pause(at: state.withLock { $0.index.users.position })
        }
    }

    private static func failure(_ error: LogError) -> ProfileError {
        switch error.code {
        case .diskFull: ProfileError(.diskFull, "There is no room on the disk for a checkpoint.")
        case .stopped: .stopping
        case .queueFull: .queueFull
        default: ProfileError(.damaged, "The checkpoint could not be written: \(error)")
        }
    }
}
