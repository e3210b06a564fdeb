import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The wish of somebody at the keyboard (SIGINT), or of whoever runs the process (SIGTERM), that a command end cleanly.
package enum Interruption {
    private static let flag = Atomic<Bool>(false)

    package static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// From now on the first of `signals` sets ``isRequested``; the second of its kind ends the process as if this had
    /// not been called.
    package static func listen(to signals: [Int32] = [SIGINT]) {
        // Read once here, so that the handler finds it initialized.
        flag.store(false, ordering: .relaxed)
        var action = sigaction()
        let handler: @convention(c) (Int32) -> Void = { _ in Interruption.note() }
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler = handler
        #elseif canImport(Musl)
            action.__sa_handler.sa_handler = handler
        #else
            action.__sigaction_u.__sa_handler = handler
        #endif
        // Without SA_RESTART: a write that waits for a slow reader ends, too.
        action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
        for signal in signals { sigaction(signal, &action, nil) }
        // Whoever started the program may have blocked them.
        changeMask(SIG_UNBLOCK, signals)
    }

    /// Takes the wish for granted, so that what sums up the work can still be written.
    package static func forget() {
        flag.store(false, ordering: .relaxed)
    }

    /// Leaves SIGINT to the other threads, so that it interrupts the one that waits or writes.
    package static func ignoreOnThisThread() {
        changeMask(SIG_BLOCK, [SIGINT])
    }

    private static func changeMask(_ how: Int32, _ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(how, &set, nil)
    }

    private static func note() {
        flag.store(true, ordering: .relaxed)
    }
}
