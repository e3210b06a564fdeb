package import LogStorage

/// How a time that a caller gives is read: one rule for the parameters of the interface and the options of the commands.
package enum TimeRule: Sendable {
    /// A moment: a date is not enough.
    case instant
    /// The first moment that counts: a date is the start of that day in UTC.
    case since
    /// The first moment that no longer counts: a date is the midnight in UTC that ends that day.
    case until

    /// Why a text is no such time: the rest of a sentence that starts with the parameter's name.
    package struct Refusal: Error, Hashable, Sendable {
        package let message: String
    }

    /// Reads an RFC 3339 time with an offset or, except for ``instant``, a date of the form `2026-11-22`.
    package func time(_ text: String) throws(Refusal) -> LogTimestamp {
        do throws(LogTimestamp.ParseError) {
            // No time is as short as a date.
            guard text.utf8.count == "2026-11-22".utf8.count else { return try LogTimestamp(rfc3339: text) }
            let day = try LogTimestamp(startOfDay: text)
            switch self {
            case .since: return day
            case .until: return day.advanced(byMicroseconds: LogTimestamp.microsecondsPerDay)
            case .instant: break
            }
        } catch {
            throw refusal(error)
        }
        throw Refusal(message: "must have a time of day, for example \(text)T00:00:00Z")
    }

    private func refusal(_ error: LogTimestamp.ParseError) -> Refusal {
        switch (error, self) {
        case (.malformed, .since), (.malformed, .until):
            Refusal(message: "must be an RFC 3339 time such as 2026-11-22T10:00:00Z or a date such as 2026-11-22")
        case (.malformed, .instant): Refusal(message: "must be an RFC 3339 time such as 2026-11-22T10:00:00Z")
        case (.offsetMissing, _): Refusal(message: "needs its offset from UTC: Z or, for example, +01:00")
        case (.noSuchInstant, _): Refusal(message: "must be a date and time of day that exist")
        }
    }

    /// Why a range of time is refused, as what is to be said of `since`; `nil` if it is right.
    ///
    /// Equal bounds are right: nothing lies between them.
    package static func refusal(since: LogTimestamp?, until: LogTimestamp?) -> String? {
        guard let since, let until, since > until else { return nil }
        return "must not be later than until"
    }

    /// What is said of an ``instant`` that ``isFuture(_:now:last:)``.
    package static let futureRefusal = "must not be in the future"

    /// Whether the state at an instant is not final yet. Records may be later than the clock, if it was set back.
    ///
    /// - Parameter last: the time of the last record.
    package static func isFuture(_ instant: LogTimestamp, now: LogTimestamp, last: LogTimestamp) -> Bool {
        instant > last && instant >= now
    }
}
