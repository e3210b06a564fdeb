#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The cores of the machine.
enum Processors {
    /// How many threads can work at once; more than eight would wait for the disk.
    static let count = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8)
}
