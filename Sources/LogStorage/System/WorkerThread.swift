#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread of its own for blocking work.
package final class WorkerThread: Sendable {
    private let handle: Monitor<pthread_t?>

    /// Starts `body` on a new thread.
    ///
    /// - Parameter name: for the error's text.
    /// - Throws: ``SystemCallError`` if the system gives no thread.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        let start = Unmanaged.passRetained(Start(body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, { WorkerThread.run($0) }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw SystemCallError(call: "pthread_create", path: name, number: status)
        }
        handle = Monitor(thread)
    }

    /// Lets the threads that are ready to run on this processor go first.
    package static func yield() {
        sched_yield()
    }

    /// Waits for the thread's end. Further calls return at once.
    package func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }

    #if canImport(Darwin)
        private static func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            start.body()
            return nil
        }
    #else
        private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            start.body()
            return nil
        }
    #endif

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
