import Foundation

extension Thread {
    /// A thread that runs `body`; the semaphore tells its end.
    static func started(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
        let end = DispatchSemaphore(value: 0)
        let thread = Thread {
            body()
            end.signal()
        }
        thread.start()
        return end
    }
}
