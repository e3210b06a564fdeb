#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// Holds a thread up until a test lets it go.
package final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let waiting = Atomic<Int>(0)

    package init() {}

    /// Blocks the calling thread until ``open()``.
    package func pass() {
        waiting.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while !isOpen.load(ordering: .sequentiallyConsistent) { usleep(200) }
    }

    package func open() {
        isOpen.store(true, ordering: .sequentiallyConsistent)
    }

    /// Suspends until some thread stands before the gate.
    package func reached() async {
        while waiting.load(ordering: .sequentiallyConsistent) == 0 {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}
