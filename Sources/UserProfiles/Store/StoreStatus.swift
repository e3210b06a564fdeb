public import LogStorage

/// The store at a glance, for health checks, metrics and the administrator.
public struct StoreStatus: Sendable, Hashable {
    /// The id that the store got when it was made, which all of its files repeat.
    public var storeID: StoreID
    /// Records in the log.
    public var records: UInt64
    public var liveUsers: Int
    public var deletedUsers: Int
    /// The last visible record; `.zero` when there is none.
    public var lastLSN: LogSequenceNumber
    /// The time of the last visible record; `nil` when there is none.
    public var lastTime: LogTimestamp?
    /// Why nothing can be written until the process starts anew; `nil` when all is well.
    public var poisoned: String?
    /// Why nothing can be written until a start accepts the clock; `nil` when all is well.
    public var clockJump: String?
    /// Whether the last write failed for want of room.
    public var diskFull: Bool
    /// The newest checkpoint's last record.
    public var checkpointLSN: LogSequenceNumber?
    /// When that was made; of one that was there at the start, the time of its last record.
    public var checkpointTime: LogTimestamp?
    /// The first record whose bytes the start read and verified, of the last file of the log or behind the checkpoint. Those
    /// before it are read by the scrub and by whoever asks for them.
    public var verifiedFrom: LogSequenceNumber
    /// The damage that reads have come across since the start, a line each.
    public var readDamage: [String]
    /// Commands waiting to be committed.
    public var waitingWrites: Int
    /// Users whose search text is in memory; the rest is read when first searched.
    public var searchableUsers: Int
    /// Bytes that the index takes in memory.
    public var indexBytes: Int
    /// Bytes of the log, preallocated room left out.
    public var logBytes: UInt64
    /// Files that the log consists of.
    public var segments: Int
    /// How often the wall clock went back between two changes since the start.
    public var clockSteps: Int
}
