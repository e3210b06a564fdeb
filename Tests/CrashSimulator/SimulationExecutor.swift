import TestSupport
import LogStorage

/// Runs tasks on the thread that asks for it, in the order in which they became ready: one seed, one run.
final class SimulationExecutor: TaskExecutor {
    private let jobs = Monitor<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs what is ready, and what becomes ready by that.
    ///
    /// - Returns: whether there was anything.
    func runReady() -> Bool {
        var hasRun = false
        while true {
            let ready = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            if ready.isEmpty { return hasRun }
            for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
            hasRun = true
        }
    }
}
