import LogStorage

/// Times in PostgreSQL's binary form: microseconds since the start of 2000, UTC.
enum PostgresTime {
    /// From 1970-01-01 to 2000-01-01, 10,957 days.
    private static let start: Int64 = 10_957 * 86_400 * 1_000_000

    static func microseconds(_ time: LogTimestamp) -> Int64 {
        let (difference, overflow) = time.microseconds.subtractingReportingOverflow(start)
        return overflow ? .min : difference
    }
}
