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
    private static let cpu = MetricDefinition.counter(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds."
    )
    private static let resident = MetricDefinition.gauge(
        "process_resident_memory_bytes",
        "Resident memory size in bytes."
    )
    private static let openFiles = MetricDefinition.gauge("process_open_fds", "Number of open file descriptors.")
    private static let maximumFiles = MetricDefinition.gauge(
        "process_max_fds",
        "Maximum number of open file descriptors."
    )

    /// Writes what the system tells; leaves out what it does not.
    static func write(to text: inout PrometheusText) {
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            write(cpu, seconds(usage.ru_utime) + seconds(usage.ru_stime), to: &text)
        }
        if let pages = residentPages() { write(resident, Double(pages * sysconf(Int32(_SC_PAGESIZE))), to: &text) }
        if let count = entries(of: "/proc/self/fd") {
            // Without the one that looks.
            write(openFiles, Double(count - 1), to: &text)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            write(maximumFiles, Double(limit.rlim_cur), to: &text)
        }
    }

    private static func write(_ definition: MetricDefinition, _ value: Double, to text: inout PrometheusText) {
        text.family(definition)
        text.sample(definition, "", value)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    /// The second number of `/proc/self/statm` (`proc(5)`).
    private static func residentPages() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let numbers = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
        return numbers.dropFirst().first.flatMap { Int($0) }
    }

    private static func entries(of directory: String) -> Int? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            // Not "." and "..".
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }
}
