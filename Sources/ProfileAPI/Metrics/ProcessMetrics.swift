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
        func write(_ definition: MetricDefinition, _ value: Double?) {
            guard let value else { return }
            text.family(definition)
            text.sample(definition, "", value)
        }
        write(.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."), cpuSeconds())
        write(.gauge("process_resident_memory_bytes", "Resident memory size in bytes."), residentBytes())
        // Without the one that looks.
        let openFiles = try? PosixFileSystem().entries(of: "/proc/self/fd").count - 1
        write(.gauge("process_open_fds", "Number of open file descriptors."), openFiles.map(Double.init))
        write(.gauge("process_max_fds", "Maximum number of open file descriptors."), maximumFiles())
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
