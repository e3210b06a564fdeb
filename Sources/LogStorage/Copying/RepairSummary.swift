/// What a repair wrote.
public struct RepairSummary: Sendable {
    /// What was saved and what was not; as found while writing.
    public let plan: RepairPlan
    /// The id of the new store.
    public let storeID: StoreID
    public let segments: Int
    /// Bytes of the segments.
    public let bytes: UInt64
    /// The last record of the checkpoint that was copied.
    public let checkpoint: LogSequenceNumber?
}
