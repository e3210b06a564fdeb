#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import LogStorage

/// Has background work step back while users are changed: their processors and their disk are what it needs, too.
struct BackgroundPace {
    /// How many times as long as it works it rests.
    private static let rest = 9

    private var position: LogSequenceNumber
    private var begun = ContinuousClock.now

    /// - Parameter position: the newest record at the beginning.
    init(at position: LogSequenceNumber) {
        self.position = position
    }

    /// Blocks for a while if the log has grown since it was last asked.
    ///
    /// - Parameter position: the newest record.
    mutating func pause(at position: LogSequenceNumber) {
        let worked = begun.duration(to: .now)
        if position > self.position {
            usleep(UInt32(clamping: Int(worked / .microseconds(1)) * Self.rest))
        }
        self.position = position
        begun = .now
    }
}
