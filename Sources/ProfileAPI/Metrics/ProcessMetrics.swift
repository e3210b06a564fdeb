import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What every Prometheus client says about its process, by the names that all use
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
enum ProcessMetrics {
    /// Writes what the system tells; leaves out what it does not.
    static func write(to text: inout PrometheusText) {
        // Without the one that looks.
        let openFiles = try? PosixFileSystem().entries(of: "/proc/self/fd").count - 1
        let values: [(MetricDefinition, String, Double?)] = [
            (.counter("process_cpu_seconds_total"), "Total user and system CPU time spent in seconds.", cpuSeconds()),
            (.gauge("process_resident_memory_bytes"), "Resident memory size in bytes.", residentBytes()),
            (.gauge("process_open_fds"), "Number of open file descriptors.", openFiles.map(Double.init)),
            (.gauge("process_max_fds"), "Maximum number of open file descriptors.", maximumFiles()),
        ]
        for case (let definition, let help, let value?) in values {
            text.family(definition.help(help))
            text.sample(definition, "", value)
        }
    }

    private static func cpuSeconds() -> Double? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1_000_000 }
        return times[0] + times[1]
    }

    /// By the second number of `/proc/self/statm` (`proc(5)`).
    private static func residentBytes() -> Double? {
        guard let bytes = try? PosixFileSystem().open("/proc/self/statm", .read).bytes(in: 0..<256) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        let pages = numbers.dropFirst().first.flatMap { Int($0) }
        return pages.map { Double($0 * sysconf(Int32(_SC_PAGESIZE))) }
    }

    private static func maximumFiles() -> Double? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : nil
    }
}

/// How much room a disk has.
package struct DiskSpace {
    /// The bytes that this process may still write.
    package let available: UInt64
    /// The bytes of the whole file system.
    package let size: UInt64

    /// Asks about the file system below `path`; `nil` when the system does not tell. Blocks.
    package init?(at path: String) {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        let block = UInt64(info.f_frsize)
        available = UInt64(info.f_bavail).multipliedReportingOverflow(by: block).partialValue
        size = UInt64(info.f_blocks).multipliedReportingOverflow(by: block).partialValue
    }
}
