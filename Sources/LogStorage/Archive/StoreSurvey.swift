/// What can be seen of a store without reading its records.
struct StoreSurvey: Sendable {
    var storeID: StoreID?
    var createdAt: LogTimestamp?
    var segments: [ArchivedSegment] = []
    /// Newest first.
    var checkpoints: [CheckpointSummary] = []
    var findings: [DamageFinding] = []

    /// The last record that a readable checkpoint contains: up to it, all was acknowledged.
    var vouched: LogSequenceNumber {
        checkpoints.filter { $0.problem == nil }.map(\.lsn).max() ?? .zero
    }
}
