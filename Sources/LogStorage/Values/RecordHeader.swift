/// What stands in front of a record's payload: enough to rebuild an index and to filter without inflating anything.
public struct RecordHeader: Sendable, Hashable {
    public var lsn: LogSequenceNumber
    /// Strictly increasing with ``lsn``.
    public var time: LogTimestamp
    /// The owner's meaning, 1…7.
    public var kind: UInt8
    /// Whom the record is about; a user's id.
    public var subject: UInt64
    /// The state number that this record gives its subject: 1, 2, 3 …
    public var version: UInt64
    /// The record before this one about the same subject; `nil` exactly for version 1.
    public var previous: LogSequenceNumber?
    /// A short hash of who acted, to filter by. Equal actors have equal tags, not the other way round.
    public var actorTag: UInt32
    /// A hash of the subject's unique key, present when the record set or changed it.
    public var key: UInt64?
    /// Bytes of the payload as the log holds it, to bound what a scan reads; 0 where they are not known.
    public var storedBytes: Int

    public init(
        lsn: LogSequenceNumber,
        time: LogTimestamp,
        kind: UInt8,
        subject: UInt64,
        version: UInt64,
        previous: LogSequenceNumber?,
        actorTag: UInt32,
        key: UInt64?,
        storedBytes: Int = 0
    ) {
        self.lsn = lsn
        self.time = time
        self.kind = kind
        self.subject = subject
        self.version = version
        self.previous = previous
        self.actorTag = actorTag
        self.key = key
        self.storedBytes = storedBytes
    }
}
