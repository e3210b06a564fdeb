/// A record that only lacks its LSN and its time, which the append gives it.
public struct PreparedRecord: Sendable {
    /// The owner's meaning, 1…7.
    public var kind: UInt8
    /// Whom the record is about.
    public var subject: UInt64
    /// The state number that this record gives its subject, from 1.
    public var version: UInt64
    /// The record before this one about the same subject; `nil` exactly for version 1. It may stand in the same batch.
    public var previous: LogSequenceNumber?
    /// A short hash of who acted.
    public var actorTag: UInt32
    /// A hash of the subject's unique key, when this record sets or changes it.
    public var key: UInt64?
    public var payload: EncodedPayload

    public init(
        kind: UInt8,
        subject: UInt64,
        version: UInt64,
        previous: LogSequenceNumber?,
        actorTag: UInt32,
        key: UInt64?,
        payload: EncodedPayload
    ) {
        self.kind = kind
        self.subject = subject
        self.version = version
        self.previous = previous
        self.actorTag = actorTag
        self.key = key
        self.payload = payload
    }
}
