/// What a copy of a store holds.
public struct CopySummary: Sendable {
    public let records: UInt64
    /// The last record; ``LogSequenceNumber/zero`` if there is none.
    public let lastLSN: LogSequenceNumber
    /// Its time.
    public let lastTime: LogTimestamp?
    /// The Merkle tree over all records.
    public let tree: MerkleFrontier?
    public let segments: Int
    /// Bytes of the segments.
    public let bytes: UInt64
    /// The last record of the checkpoint that was copied.
    public let checkpoint: LogSequenceNumber?
    /// What was left out at the end of the original.
    public let tornTail: DamageFinding?
}
