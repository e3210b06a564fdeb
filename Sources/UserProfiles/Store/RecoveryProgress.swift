public import LogStorage

/// How far the start has come.
public struct RecoveryProgress: Sendable, Hashable {
    /// The part of the start that is under way.
    public enum Phase: String, Sendable, Hashable {
        case openingLog = "opening the log"
        case loadingCheckpoint = "loading the checkpoint"
        case replaying = "replaying the log"
        case ready = "ready"
    }

    public let phase: Phase
    /// The last record taken in.
    public let replayed: LogSequenceNumber
    /// The log's last record.
    public let last: LogSequenceNumber

    public init(phase: Phase, replayed: LogSequenceNumber, last: LogSequenceNumber) {
        self.phase = phase
        self.replayed = replayed
        self.last = last
    }
}
