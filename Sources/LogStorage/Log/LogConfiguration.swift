/// Where and how a log is kept. (Stands in for the engine's own until that is merged.)
public struct LogConfiguration: Sendable {
    /// The data directory.
    public var directory: String
    /// Bytes of one segment.
    public var segmentBytes = 64 << 20

    public init(directory: String) {
        self.directory = directory
    }
}
