/// How a log is kept.
public struct LogConfiguration: Sendable {
    /// The data directory; made if absent.
    public var directory: String
    /// The id that the store must have; another store is refused, and none is made. Nil for any.
    public var expectedStoreID: StoreID?
    /// Names of other files of the program that may be in the directory before the store is.
    public var companions: Set<String> = []
    /// The size at which a segment is sealed and the next one begun, in bytes; in service, within
    /// ``usefulSegmentBytes``.
    public var segmentBytes = 64 << 20
    /// Less would make more files than frames, more would not fit the 32 bits of an offset with room to spare.
    public static let usefulSegmentBytes = (64 << 10)...(1 << 30)
    /// The checkpoints that are kept; older ones are removed.
    public var keptCheckpoints = 2
    /// The wall clock.
    public var now: @Sendable () -> LogTimestamp = { LogTimestamp.now() }
    /// Whether the wall clock is taken for right, though it jumped while an earlier process had the log open, or is a day
    /// before the last record.
    public var acceptsClock = false
    /// Is told about each frame.
    public var observer: (any LogObserver)?

    /// What replaces the operating system's files in tests.
    package var fileSystem: any FileSystem = PosixFileSystem()
    /// What replaces the clock since boot in tests.
    package var uptime: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    /// What replaces chance in tests.
    package var newStoreID: @Sendable () -> StoreID = { StoreID.random() }
    /// What replaces the threads in tests.
    package var background = BackgroundWork.threads

    public init(directory: String) {
        self.directory = directory
    }
}
