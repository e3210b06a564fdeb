#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time).
///
/// The log makes timestamps strictly increasing, so that each one names a single state.
public struct LogTimestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since the start of 1970, UTC; negative before it.
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The machine's wall clock (`CLOCK_REALTIME`), cut to microseconds.
    public static func now() -> LogTimestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTimestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// The instant `microseconds` later, held at the largest instant.
    public func advanced(byMicroseconds microseconds: Int64) -> LogTimestamp {
        let (sum, overflow) = self.microseconds.addingReportingOverflow(microseconds)
        return overflow ? LogTimestamp(microseconds: .max) : LogTimestamp(microseconds: sum)
    }

    public var description: String { rfc3339 }

    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
