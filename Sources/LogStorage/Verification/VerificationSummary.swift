/// What a pass over a whole store came to.
public struct VerificationSummary: Sendable {
    /// Records that are good.
    public internal(set) var records: UInt64 = 0
    /// The last good record; ``LogSequenceNumber/zero`` if there is none.
    public internal(set) var lastLSN = LogSequenceNumber.zero
    /// Its time.
    public internal(set) var lastTime: LogTimestamp?
    /// The Merkle tree over all records up to ``lastLSN``; `nil` where damage kept it from being computed.
    public internal(set) var tree: MerkleFrontier?
    /// Segments that were read.
    public internal(set) var segments = 0
    /// Checkpoints that are whole.
    public internal(set) var checkpoints = 0
    /// Bytes that were read.
    public internal(set) var bytes: UInt64 = 0
    /// How often something was found to be wrong.
    public internal(set) var findings = 0
    /// The last record before the first place where one is damaged or missing, or where a Merkle tree head says that
    /// the records are not those that were written; up to it the log can be trusted.
    public internal(set) var soundLSN = LogSequenceNumber.zero
}
