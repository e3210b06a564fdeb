#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A value behind a lock that threads can also wait on.
///
/// Used for every lock of the project instead of the standard library's `Mutex`, for three reasons: that has no
/// condition variable; on Linux it is a priority-inheriting futex, whose contended path was measured to be several
/// times slower (with a pool of streams behind it, sixteen reading threads got an eighth of what two got); and the
/// thread sanitizer does not see it, so that it would report every use as a race.
///
/// Blocks the calling thread: to be held for a few lines only on an event loop or the cooperative pool.
///
/// Unchecked, because the compiler cannot see that `value` is only touched while the lock is held: all access goes
/// through the methods, which hold it, and only values that may be shared can be put in.
package final class Monitor<Value: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        Self.initialize(mutex)
        pthread_cond_init(condition, nil)
    }

    /// Where the system can, the lock is one that a thread tries for a moment before it sleeps: what is done under locks
    /// here is short.
    private static func initialize(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
        #if canImport(Glibc)
            var attributes = pthread_mutexattr_t()
            pthread_mutexattr_init(&attributes)
            pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
            pthread_mutex_init(mutex, &attributes)
            pthread_mutexattr_destroy(&attributes)
        #else
            pthread_mutex_init(mutex, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the lock held.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Runs `body` with the lock held, then wakes every waiting thread.
    package func withLockAndWake<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            // In this order, or a woken thread would at once have to wait for the lock.
            pthread_mutex_unlock(mutex)
            pthread_cond_broadcast(condition)
        }
        return try body(&value)
    }

    /// Runs `body` with the lock held, then wakes one waiting thread.
    package func withLockAndWakeOne<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_mutex_unlock(mutex)
            pthread_cond_signal(condition)
        }
        return try body(&value)
    }

    /// Waits until `blocked` is false, then runs `body`, all with the lock held.
    package func wait<Result, Failure: Error>(
        while blocked: (Value) -> Bool,
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while blocked(value) {
            pthread_cond_wait(condition, mutex)
        }
        return try body(&value)
    }
}
