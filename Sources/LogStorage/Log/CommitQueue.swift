/// How much may wait for a commit, and how much one commit takes.
public struct CommitQueueLimits: Sendable {
    /// Commands that may wait; one more is refused.
    public var waitingCommands = 4_096
    /// Bytes that may wait.
    public var waitingBytes = 64 << 20
    /// Commands that one batch takes at most. More make no commit cheaper, but every read of such a frame dearer.
    public var batchCommands = 128
    /// Bytes at which a batch takes no further command; kept well below what a frame may hold.
    public var batchBytes = 2 << 20
    /// How long the thread looks for the next command before it sleeps, while commands follow each other closely.
    ///
    /// To wake a sleeping thread, and a processor that sleeps with it, can take as long as the sync itself; so a single
    /// client that waits for each answer would wait twice. Zero is never.
    public var busyWait = Duration.zero

    public init() {}
}

/// A bounded queue with a thread of its own that works off what is waiting, batch by batch.
///
/// While one batch is being committed the next one gathers: that is the whole of group commit. It never waits for more.
public final class CommitQueue<Command: Sendable>: Sendable {
    private struct Item: Sendable {
        let command: Command
        let bytes: Int
    }

    private struct State {
        var items: [Item] = []
        var bytes = 0
        var isStopped = false
    }

    private let state = Monitor(State())
    private let hasWork = WorkFlag()
    private let limits: CommitQueueLimits
    private let process: @Sendable ([Command]) -> Void
    private let thread = WorkerThreadHolder()

    /// Starts the thread.
    ///
    /// - Parameter process: gets each batch, in the order of submission, on the queue's own thread.
    public convenience init(
        limits: CommitQueueLimits = CommitQueueLimits(),
        process: @escaping @Sendable ([Command]) -> Void
    ) throws(LogError) {
        try self.init(limits: limits, background: .threads, process: process)
    }

    package init(
        limits: CommitQueueLimits,
        background: BackgroundWork,
        process: @escaping @Sendable ([Command]) -> Void
    ) throws(LogError) {
        self.limits = limits
        self.process = process
        guard background == .threads else { return }
        let (state, hasWork) = (state, hasWork)
        let run: @Sendable () -> Void = {
            var patience = Patience(limits.busyWait)
            while true {
                Self.waitForWork(state, hasWork, &patience)
                let batch = Self.take(from: state, hasWork, limits: limits)
                if batch.isEmpty { return }
                process(batch)
            }
        }
        try thread.start(name: "commit", run)
    }

    /// Commands that wait to be taken.
    public var depth: Int { state.withLock { $0.items.count } }

    /// Puts a command behind those that wait. Never blocks.
    ///
    /// - Parameter bytes: about what the command will take in the log.
    /// - Throws: ``LogError/Code/queueFull`` or ``LogError/Code/stopped``.
    public func submit(_ command: Command, bytes: Int) throws(LogError) {
        let refusal = state.withLockAndWake { state -> LogError? in
            if state.isStopped { return LogError(.stopped, "no more changes are taken: the log is closing") }
            guard state.items.count < limits.waitingCommands, state.bytes + bytes <= limits.waitingBytes else {
                return LogError(.queueFull, "too many changes are waiting to be written", advice: "Try again later")
            }
            state.items.append(Item(command: command, bytes: bytes))
            state.bytes += bytes
            hasWork.value = true
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Takes no more, finishes what is waiting, and ends the thread. Blocks until then.
    public func stop() {
        state.withLockAndWake { state in
            state.isStopped = true
            hasWork.value = true
        }
        thread.join()
        while workOff() {}
    }

    /// Processes the next batch on the calling thread, for queues that have none.
    ///
    /// - Returns: false if nothing was waiting.
    package func workOff() -> Bool {
        let batch = Self.take(from: state, hasWork, limits: limits)
        if batch.isEmpty { return false }
        process(batch)
        return true
    }

    /// Forgets what is waiting.
    package func abandon() {
        state.withLock { state in
            state.items = []
            state.bytes = 0
        }
    }

    /// Blocks until something is waiting or the queue has been stopped.
    private static func waitForWork(_ state: Monitor<State>, _ hasWork: WorkFlag, _ patience: inout Patience) {
        patience.wait(until: { hasWork.value }) {
            state.wait(while: { $0.items.isEmpty && !$0.isStopped }) { _ in }
        }
    }

    /// The next batch; empty when nothing is waiting.
    private static func take(
        from state: Monitor<State>,
        _ hasWork: WorkFlag,
        limits: CommitQueueLimits
    ) -> [Command] {
        // Whoever submits waits for the lock, so nothing is copied while it is held if all can be taken.
        var next: [Item] = []
        next.reserveCapacity(limits.batchCommands)
        state.withLock { state in
            if state.items.count <= limits.batchCommands, state.bytes <= limits.batchBytes {
                swap(&state.items, &next)
                state.bytes = 0
            } else {
                var bytes = 0
                for item in state.items.prefix(limits.batchCommands) {
                    if !next.isEmpty, bytes + item.bytes > limits.batchBytes { break }
                    next.append(item)
                    bytes += item.bytes
                }
                state.bytes -= bytes
                state.items.removeFirst(next.count)
            }
            hasWork.value = !state.items.isEmpty || state.isStopped
        }
        return next.map(\.command)
    }
}
