#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import Synchronization

/// Holds a thread until a test lets it go.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    /// Blocks until the gate is open.
    func wait() {
        while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
    }
}
