/// What a log takes, for its operator.
public struct LogExtent: Sendable, Hashable {
    /// Bytes of all segments, preallocated room left out.
    public let bytes: UInt64
    /// Segments, the open one among them.
    public let segments: Int
    /// How often the wall clock went back between two batches since the start.
    public let clockSteps: Int

    public init(bytes: UInt64, segments: Int, clockSteps: Int) {
        self.bytes = bytes
        self.segments = segments
        self.clockSteps = clockSteps
    }
}
