/// How fast and how often old files are read again.
struct ScrubPace: Sendable {
    let bytesPerSecond: Int
    let interval: Duration

    /// `nil` where it is turned off.
    init?(_ settings: ServerSettings) {
        guard settings.scrubBytesPerSecond > 0 else { return nil }
        bytesPerSecond = settings.scrubBytesPerSecond
        interval = .seconds(settings.scrubIntervalSeconds)
    }

    /// How long to wait after so many bytes.
    func pause(after bytes: UInt64) -> Duration {
        .seconds(Double(bytes) / Double(bytesPerSecond))
    }
}
