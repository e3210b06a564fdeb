import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension CallFault {
    /// The faults that are tried.
    static let all: [CallFault] = [
        .error(EIO), .error(ENOSPC), .short, .shortThenError(ENOSPC), .shortThenError(EIO), .error(EINTR),
    ]

    /// Whether it makes sense that every call has the fault: nobody is interrupted for ever.
    var mayLast: Bool { self != .error(EINTR) }

    /// Whether the log may trust nothing after this fault at one of `calls`: not after a short or interrupted write, and
    /// not after a want of room, unless it keeps something else from being done than writing.
    func mayPoison(_ calls: some Sequence<MemoryFileSystem.Call>) -> Bool {
        let harmless: Set<MemoryFileSystem.Call>
        switch self {
        case .short: return false
        case .error(EINTR): harmless = [.write, .preallocate, .truncate]
        case .error(ENOSPC), .shortThenError(ENOSPC): harmless = [.write, .preallocate, .open]
        case .error, .shortThenError: return true
        }
        return calls.contains { !harmless.contains($0) }
    }
}
