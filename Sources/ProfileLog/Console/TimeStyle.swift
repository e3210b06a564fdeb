import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a command shows instants.
enum TimeStyle: Sendable {
    case utc
    /// In the machine's time zone, with the offset from UTC.
    case local

    /// Columns that a time takes.
    var width: Int { self == .utc ? 27 : 32 }

    func text(_ time: LogTimestamp) -> String {
        self == .utc ? time.rfc3339 : Self.local(time)
    }

    /// Columns of ``shortText(_:)``.
    static let shortWidth = 19

    /// To the second and without the zone, for example `2026-11-22 10:00:00`.
    func shortText(_ time: LogTimestamp) -> String {
        String(text(time).prefix(Self.shortWidth).map { $0 == "T" ? " " : $0 })
    }

    /// The date of the day on which `time` falls, for example `2026-11-22`.
    func day(_ time: LogTimestamp) -> String { String(text(time).prefix(10)) }

    private static func local(_ time: LogTimestamp) -> String {
        var seconds = time_t(time.microseconds / 1_000_000)
        if time.microseconds % 1_000_000 < 0 { seconds -= 1 }
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return time.rfc3339 }
        let offset = Int(parts.tm_gmtoff)
        let shifted = time.advanced(byMicroseconds: Int64(offset) * 1_000_000)
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        return shifted.rfc3339.dropLast() + sign + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
