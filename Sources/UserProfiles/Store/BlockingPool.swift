package import LogStorage

/// A few threads with one queue, for work that blocks: neither the cooperative pool nor an event loop may.
package final class BlockingPool: Sendable {
    package typealias Job = @Sendable () -> Void

    private struct State {
        /// The jobs that wait, and before them, up to `next`, those that were taken.
        var jobs: [Job?] = []
        var next = 0
        var isStopped = false

        var depth: Int { jobs.count - next }

        mutating func take() -> Job? {
            guard next < jobs.count else { return nil }
            defer {
                jobs[next] = nil
                next += 1
                // What is behind moves to the front once that is the smaller part.
                if next > jobs.count / 2 {
                    jobs.removeFirst(next)
                    next = 0
                }
            }
            return jobs[next]
        }
    }

    private let state = Monitor(State())
    private let waitingLimit: Int
    private let threads: [WorkerThread]

    /// - Parameters:
    ///   - threads: at least one is started, unless the work is the caller's.
    ///   - waitingLimit: how many jobs may wait.
    init(threads: Int, waitingLimit: Int, background: BackgroundWork) throws(LogError) {
        self.waitingLimit = waitingLimit
        let state = state
        var started: [WorkerThread] = []
        for _ in 0..<(background == .threads ? max(1, threads) : 0) {
            do throws(SystemCallError) {
                started.append(try WorkerThread(name: "worker") { Self.work(state) })
            } catch {
                state.withLockAndWake { $0.isStopped = true }
                for thread in started { thread.join() }
                throw LogError(error)
            }
        }
        self.threads = started
    }

    private static func work(_ state: Monitor<State>) {
        while let job = state.wait(while: { $0.depth == 0 && !$0.isStopped }, { $0.take() }) { job() }
    }

    /// Runs `job` on one of the threads, behind what waits.
    ///
    /// - Throws: ``LogError/Code/queueFull`` or ``LogError/Code/stopped``.
    package func submit(_ job: @escaping Job) throws(LogError) {
        let refusal = state.withLockAndWakeOne { state -> LogError? in
            if state.isStopped { return LogError(.stopped, "no more work is taken: the store is closing") }
            guard state.depth < waitingLimit else {
                return LogError(.queueFull, "too much work is waiting", advice: "Try again later")
            }
            state.jobs.append(job)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// No more work is taken.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Jobs that wait.
    var depth: Int { state.withLock { $0.depth } }

    /// Runs the next job on the calling thread, for pools that have no threads.
    ///
    /// - Returns: false if nothing was waiting.
    func workOff() -> Bool {
        guard let job = state.withLock({ $0.take() }) else { return false }
        job()
        return true
    }

    /// Forgets what waits.
    func abandon() { state.withLock { $0 = State() } }

    /// Finishes what waits and ends the threads. Blocks.
    func stop() {
        state.withLockAndWake { $0.isStopped = true }
        for thread in threads { thread.join() }
        while workOff() {}
    }
}
