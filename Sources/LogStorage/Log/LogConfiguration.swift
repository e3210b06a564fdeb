/// How a log is kept.
public struct LogConfiguration: Sendable {
    /// The data directory; made if absent.
    public var directory: String
    /// The size at which a segment is sealed and the next one begun, in bytes: 64 KiB to 1 GiB.
    ///
    /// Tests use less to see many segments.
    public var segmentBytes = 64 << 20
    /// The checkpoints that are kept; older ones are removed.
    public var keptCheckpoints = 2
    /// The wall clock.
    public var now: @Sendable () -> LogTimestamp = { LogTimestamp.now() }

    /// What replaces the operating system's files in tests.
    package var fileSystem: any FileSystem = PosixFileSystem()

    public init(directory: String) {
        self.directory = directory
    }
}
