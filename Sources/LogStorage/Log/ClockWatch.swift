/// Compares the wall clock with the clock that counts from the machine's boot, which nobody sets.
///
/// Times of records only go on. One change that is made while the clock is years ahead would give all later ones its time.
final class ClockWatch: Sendable {
    /// A look at both clocks.
    private struct Look: Sendable {
        let wall: LogTimestamp
        let uptime: ContinuousClock.Instant
    }

    private let uptime: @Sendable () -> ContinuousClock.Instant
    private let last: LogTimestamp?
    private let first = Monitor<Look?>(nil)

    /// How far the clocks may move apart.
    private static let tolerance = Duration.seconds(86_400)

    /// - Parameters:
    ///   - last: the time of the last record, which the first look must not be a day before; `nil` for an empty log, or for
    ///     a clock that is accepted as it is.
    ///   - uptime: the clock since boot. It goes on while the machine sleeps.
    init(after last: LogTimestamp?, uptime: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.last = last
        self.uptime = uptime
    }

    /// Looks at the clocks. The first look is what later ones are compared with.
    ///
    /// - Throws: ``LogError/Code/clockJumped``.
    func check(_ now: LogTimestamp) throws(LogError) {
        let look = Look(wall: now, uptime: uptime())
        let first = first.withLock { first in
            first = first ?? look
            return first ?? look
        }
        if let last, Self.difference(last, first.wall) > Self.tolerance {
            throw Self.error("the wall clock is at \(first.wall.rfc3339), more than a day before the last record")
        }
        let jump = Self.difference(now, first.wall) - (look.uptime - first.uptime)
        guard jump > Self.tolerance || jump < .zero - Self.tolerance else { return }
        let days = Int(abs(jump / Self.tolerance))
        throw Self.error(
            "the wall clock jumped \(jump < .zero ? "back" : "forward") by \(days) days while the server was running, to "
                + now.rfc3339
        )
    }

    private static func difference(_ later: LogTimestamp, _ earlier: LogTimestamp) -> Duration {
        .microseconds(later.microseconds) - .microseconds(earlier.microseconds)
    }

    /// - Parameter what: in a sentence.
    static func error(_ what: String) -> LogError {
        LogError(
            .clockJumped,
            what,
            advice: "No change is written. Set the clock right, then start the server once with --accept-clock"
        )
    }
}
