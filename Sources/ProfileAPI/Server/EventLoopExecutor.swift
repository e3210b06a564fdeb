import NIOCore

/// Runs the tasks of a connection on the connection's event loop.
///
/// On the shared pool each request would change threads twice more, from the event loop to the pool and back. Nothing
/// that blocks may run here, as anywhere outside the pools of `Runtime` and the store.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
