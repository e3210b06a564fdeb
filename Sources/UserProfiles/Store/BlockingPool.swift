import LogStorage
import Synchronization

/// A few threads for work that blocks, so that neither the cooperative pool nor an event loop has to.
final class BlockingPool: Sendable {
    private let queues: [CommitQueue<@Sendable () -> Void>]
    private let turn = Atomic<UInt>(0)

    /// - Parameters:
    ///   - threads: at least one is started.
    ///   - waitingLimit: how much may wait in all.
    init(threads: Int, waitingLimit: Int, background: BackgroundWork) throws(LogError) {
        let count = max(1, threads)
        var limits = CommitQueueLimits()
        limits.waitingCommands = max(1, waitingLimit / count)
        var queues: [CommitQueue<@Sendable () -> Void>] = []
        for _ in 0..<count {
            queues.append(
                try CommitQueue(limits: limits, background: background) { jobs in
                    for job in jobs { job() }
                }
            )
        }
        self.queues = queues
    }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ProfileError) -> Value
    ) async throws(ProfileError) -> Value {
        let result: Result<Value, ProfileError> = await withCheckedContinuation { continuation in
            do throws(LogError) {
                try submit { continuation.resume(returning: Result(catching: body)) }
            } catch {
                continuation.resume(returning: .failure(.notAppended(error)))
            }
        }
        return try result.get()
    }

    /// Has `job` run on one of the threads.
    func submit(_ job: @escaping @Sendable () -> Void) throws(LogError) {
        let number = turn.wrappingAdd(1, ordering: .relaxed).newValue
        try queues[Int(number % UInt(queues.count))].submit(job, bytes: 0)
    }

    /// Jobs that wait.
    var depth: Int { queues.reduce(0) { $0 + $1.depth } }

    /// Runs what waits on the calling thread, for pools that have no threads.
    ///
    /// - Returns: false if nothing was waiting.
    func workOff() -> Bool { queues.contains { $0.workOff() } }

    /// Forgets what waits.
    func abandon() {
        for queue in queues { queue.abandon() }
    }

    /// Finishes what waits and ends the threads. Blocks.
    func stop() {
        for queue in queues { queue.stop() }
    }
}
