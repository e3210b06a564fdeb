/// Whether a download comes fast enough to end some day.
package struct DownloadPace: Sendable {
    /// The rule in words.
    package static let rule = "less than 10 kB/s"

    /// Bytes a second.
    private static let minimumRate = 10_000.0
    /// What a server needs before its first byte, or loses in between.
    private static let grace = Duration.seconds(120)

    private let start: ContinuousClock.Instant
    private var received = 0

    package init(start: ContinuousClock.Instant) {
        self.start = start
    }

    /// Takes note of more bytes.
    package mutating func isFastEnough(after bytes: Int, at now: ContinuousClock.Instant) -> Bool {
        received += bytes
        return Double(received) >= (now - start - Self.grace) / .seconds(1) * Self.minimumRate
    }
}
