/// What is damaged in a store, and what of it can be saved.
public struct RepairPlan: Sendable {
    /// All that is wrong, in the order in which it was found.
    public let findings: [DamageFinding]
    /// The last record that a repaired store can serve: all up to it are good, and a log has no gaps.
    public let servedLSN: LogSequenceNumber
    /// The last record of any kind that can be read.
    public let lastLSN: LogSequenceNumber
    /// Records behind ``servedLSN`` that can be read, though no log can hold them any more.
    public let salvageable: UInt64
    /// Records that are lost, in LSN order.
    public let lost: [ClosedRange<LogSequenceNumber>]

    /// Whether there is anything to repair.
    public var isNeeded: Bool { !findings.isEmpty }

    /// Whether the repaired store is the same log: no record was cut off, so it keeps the store's id.
    ///
    /// Otherwise it gets a new one, since it will give the numbers of records that were cut off to others.
    public var keepsEveryRecord: Bool { lost.isEmpty && salvageable == 0 }
}
