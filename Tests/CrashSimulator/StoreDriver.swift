import LogStorage
import TestSupport
import UserProfiles

/// A store without threads, and the one thread that does all of its work, in an order that chance decides.
final class StoreDriver {
    let store: ProfileStore
    let log: WriteAheadLog
    private let executor = SimulationExecutor()
    private let disk: MemoryFileSystem

    /// What the disk's observer may do in the middle of a call; see ``commitsWithin``.
    private final class Interruption: Sendable {
        struct State {
            weak var store: ProfileStore?
            var chance: SeededGenerator
            var isAllowed = false
            /// What readers could see though it was not durable.
            var early: String?
        }

        let state: Monitor<State>

        init(_ chance: SeededGenerator) {
            state = Monitor(State(chance: chance))
        }

        /// Visible means durable: what readers see in the middle of a call is no more than what was acknowledged.
        func look(_ journal: Monitor<Journal>) {
            guard let store = state.withLock({ $0.store }) else { return }
            let (seen, durable) = (store.status.records, UInt64(journal.withLock { $0.acknowledged.count }))
            guard seen > durable else { return }
            state.withLock { $0.early = "readers see \(seen) records where \(durable) are durable" }
        }

        /// Commits what waits, as the commit thread does while a checkpoint is being written by another one.
        func commit() {
            let store = state.withLock { state -> ProfileStore? in
                guard state.isAllowed, Int.random(in: 0..<4, using: &state.chance) == 0 else { return nil }
                state.isAllowed = false
                return state.store
            }
            guard let store else { return }
            if store.workOff(.commit) {}
            state.withLock { $0.isAllowed = true }
        }
    }

    private let interruption: Interruption

    /// Opens the store.
    ///
    /// - Parameter observer: is told of each call that changes something, before it is made.
    init(
        _ settings: SimulationSettings,
        disk: MemoryFileSystem,
        journal: Monitor<Journal>,
        chance: SeededGenerator = SeededGenerator(seed: 0),
        observer: (@Sendable (MemoryFileSystem.Call) -> Void)? = nil
    ) throws(LogError) {
        self.disk = disk
        let interruption = Interruption(chance)
        self.interruption = interruption
        if observer != nil { disk.observe(observer) }
        let configuration = settings.configuration(disk)
        log = try WriteAheadLog.open(configuration.log, logger: SimulationSettings.logger)
        store = try ProfileStore.open(
            configuration,
            log: RecordingLog(log, journal: journal),
            checkpoints: log,
            logger: SimulationSettings.logger
        )
        interruption.state.withLock { $0.store = store }
        disk.observe { call in
            observer?(call)
            interruption.look(journal)
            interruption.commit()
        }
    }

    deinit {
        disk.observe(nil)
        store.abandon()
    }

    /// Runs all of `works` at once, to their ends.
    func run<Value: Sendable>(
        _ works: [@Sendable (ProfileStore) async -> Value],
        _ chance: inout SeededGenerator
    ) throws(SimulationFailure) -> [Value] {
        let results = Monitor([Value?](repeating: nil, count: works.count))
        for (index, work) in works.enumerated() {
            Task(executorPreference: executor) { [store] in
                let value = await work(store)
                results.withLock { $0[index] = value }
            }
        }
        while true {
            let hasRun = executor.runReady()
            let done = results.withLock { $0.compactMap { $0 } }
            let early = interruption.state.withLock { $0.early }
            try require(early == nil, early ?? "")
            if done.count == works.count { return done }
            let hasWorked = StoreWork.allCases.shuffled(using: &chance).contains { work($0) }
            try require(hasRun || hasWorked, "the store stands still, though \(works.count - done.count) works wait")
        }
    }

    /// Does what nobody waits for: checkpoints that the store makes by itself.
    func settle(_ chance: inout SeededGenerator) {
        while executor.runReady() || StoreWork.allCases.shuffled(using: &chance).contains(where: { work($0) }) {}
    }

    private func work(_ work: StoreWork) -> Bool {
        interruption.state.withLock { $0.isAllowed = work == .checkpoint }
        defer { interruption.state.withLock { $0.isAllowed = false } }
        return store.workOff(work)
    }
}
