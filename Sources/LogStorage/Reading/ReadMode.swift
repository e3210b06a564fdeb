import Synchronization

/// Whether a read may wait for the disk.
public enum ReadMode: Sendable {
    /// It waits as long as the disk takes.
    case blocking
    /// It takes what is in memory, and not more than the allowance; otherwise it throws ``LogError/Code/notCached``.
    case cached(ReadAllowance)
}

/// How many bytes the reads for one response may still take.
public final class ReadAllowance: Sendable {
    private let left: Atomic<Int>

    public init(bytes: Int) {
        left = Atomic(bytes)
    }

    /// Takes `count` bytes of it.
    ///
    /// - Returns: false if there were not so many.
    func take(_ count: Int) -> Bool {
        left.wrappingSubtract(count, ordering: .relaxed).newValue >= 0
    }
}
