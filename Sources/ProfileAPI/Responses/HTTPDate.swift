import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The value of the `Date` header (RFC 9110, section 5.6.7), made once a second.
enum HTTPDate {
    private static let newest = Monitor((second: Int64.min, text: ""))
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// For example `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ time: LogTimestamp = .now()) -> String {
        let second = time.microseconds / 1_000_000
        return newest.withLock { newest in
            if newest.second != second { newest = (second, format(second)) }
            return newest.text
        }
    }

    private static func format(_ second: Int64) -> String {
        var second = time_t(second)
        var parts = tm()
        guard gmtime_r(&second, &parts) != nil else { return "" }
        let date = "\(days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        let clock = "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))"
        return "\(date) \(1900 + parts.tm_year) \(clock) GMT"
    }

    private static func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
