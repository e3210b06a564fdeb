import LogStorage
import Logging

/// Commits batches: check, append, apply, tell. Runs on the commit thread only.
struct Committer: Sendable {
    let state: StoreState
    let log: any ProfileLog
    let checkpoints: any CheckpointKeeper
    let logger: Logger
    let recordsPerCheckpoint: Int
    let observer: (any StoreObserver)?
    /// Called when the log has grown by ``recordsPerCheckpoint`` records.
    let onCheckpointDue: @Sendable () -> Void

    /// Commits the changes among `commands` as one frame, then answers what else was asked.
    func process(_ commands: [StoreCommand]) {
        var changes: [ProfileCommand] = []
        for command in commands {
            if case .change(let change) = command { changes.append(change) }
        }
        if !changes.isEmpty { commit(changes) }
        for command in commands {
            guard case .beginCheckpoint(let reply) = command else { continue }
            reply(Result { () throws(LogError) in (try checkpoints.beginCheckpoint(), state.users) })
        }
    }

    private func commit(_ commands: [ProfileCommand]) {
        let started = observer == nil ? nil : ContinuousClock.now
        state.prefetch(commands)
        var stage = CommitStage(state: state, log: log)
        let verdicts = commands.map { command in
            Result<Range<Int>, CommitRefusal> { () throws(CommitRefusal) in try stage.add(command) }
        }
        // Even a refusal is told only now: it may rest on a change of this batch that nobody has seen yet.
        do {
            let users = try makeDurable(stage)
            if let started, !users.isEmpty {
                observer?.committed(records: users.count, duration: ContinuousClock.now - started)
            }
            for (command, verdict) in zip(commands, verdicts) {
                command.completion(verdict.map { Array(users[$0]) })
            }
        } catch {
            let refusal = CommitRefusal.refused(.notAppended(error))
            for command in commands { command.completion(.failure(refusal)) }
        }
    }

    /// Appends what was staged and makes it visible.
    private func makeDurable(_ stage: CommitStage) throws(LogError) -> [User] {
        guard !stage.records.isEmpty else { return [] }
        state.withLock { $0.isAppending = true }
        defer { state.withLock { $0.isAppending = false } }
        let receipt: AppendReceipt
        do {
            receipt = try log.append(stage.records)
            try check(receipt, stage)
        } catch {
            note(error)
            throw error
        }
        return apply(stage, receipt)
    }

    private func apply(_ stage: CommitStage, _ receipt: AppendReceipt) -> [User] {
        let entries = stage.staged.enumerated().map { index, staged in
            staged.user.entry(time: receipt.time(index), receipt: receipt)
        }
        let isDue = state.withLock { content in
            for (staged, entry) in zip(stage.staged, entries) {
                content.index.apply(entry, of: staged.user.id, text: staged.change.searchText)
            }
            let end = content.index.users.position
            guard end >= content.checkpointDueLSN.advanced(by: recordsPerCheckpoint) else { return false }
            content.checkpointDueLSN = end
            return true
        }
        if state.noteRoom(isThere: true) { logger.notice("There is room again: changes are written.") }
        if isDue { onCheckpointDue() }
        return zip(stage.staged, entries).map { staged, entry in
            User(staged.user.id, entry, staged.change.profile)
        }
    }

    /// The numbers must be those that the records point at each other with.
    private func check(_ receipt: AppendReceipt, _ stage: CommitStage) throws(LogError) {
        guard let first = stage.staged.first?.user.lsn, receipt.first == first, receipt.count == stage.records.count
        else {
            throw LogError(
                .poisoned,
                "The log gave a batch other numbers than those after its end",
                lsns: receipt.first...receipt.lsn(max(0, receipt.count - 1)),
                advice: "Start the server anew"
            )
        }
    }

    /// A line in the log when the state changes; what follows from it is counted only, since there may be hundreds a
    /// second.
    private func note(_ error: LogError) {
        observer?.commitFailed()
        switch error.code {
        case .diskFull:
            guard state.noteRoom(isThere: false) else { return }
            logger.error("There is no room: changes are refused until there is. \(error)")
        case .clockJumped:
            guard state.stopForClock(error.description) else { return }
            logger.critical("Changes are refused: \(error)")
        case .stopped, .tooLarge, .queueFull:
            logger.error("A batch was refused: \(error)")
        default:
            guard state.poison(error.description) else { return }
            logger.critical("Nothing more can be written: \(error)")
        }
    }
}
