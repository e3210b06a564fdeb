public import LogStorage

/// Reads until when a token shall be good.
public enum TokenExpiry {
    /// What holds when nobody says anything.
    public static let standard = "90d"
    /// The longest time in days: a hundred years. What shall last longer has to be `never`, so that it is meant.
    public static let maximumDays = 36_500

    /// Reads a number of days (`90d`) or hours (`12h`) from `now`, an RFC 3339 time in the future, or `never`.
    ///
    /// - Returns: the instant from which on the token is refused; nil for `never`.
    /// - Throws: ``AccountError`` that says what would be right.
    public static func instant(_ text: String, now: LogTimestamp) throws(AccountError) -> LogTimestamp? {
        if text == "never" { return nil }
        if let seconds = seconds(text) { return now.advanced(byMicroseconds: seconds * 1_000_000) }
        let instant: LogTimestamp
        do {
            instant = try LogTimestamp(rfc3339: text)
        } catch {
            throw AccountError(
                "--expires must be a number of days or hours such as 90d or 12h (at most \(maximumDays)d), an RFC 3339 "
                    + "time such as 2027-01-31T00:00:00Z, or never; not \"\(text)\""
            )
        }
        guard instant > now else { throw AccountError("--expires must lie in the future, \(text) does not") }
        return instant
    }

    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["d": 86_400, "h": 3_600]
        guard let unit = text.last.flatMap({ units[$0] }), text.dropLast().allSatisfy(\.isNumber),
            let count = Int64(text.dropLast()), count > 0, count <= Int64(maximumDays) * 86_400 / unit
        else { return nil }
        return count * unit
    }
}
