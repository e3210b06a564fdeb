import LogStorage

/// What was handed to the log, and what the log said to it.
struct Journal: Sendable {
    enum Outcome: Sendable {
        case underWay
        /// Durable, as promised.
        case acknowledged
        /// An error that leaves open whether the frame is there.
        case uncertain
        /// Certainly not in the log.
        case refused
    }

    private(set) var acknowledged: [PreparedRecord] = []
    /// The frame that may stand behind them.
    private(set) var uncertain: [PreparedRecord] = []
    /// The last record of the newest checkpoint that was reported as written.
    var checkpoint = LogSequenceNumber.zero

    mutating func begin(_ records: [PreparedRecord]) {
        uncertain = records
    }

    mutating func end(_ outcome: Outcome) {
        switch outcome {
        case .underWay, .uncertain: return
        case .acknowledged: acknowledged += uncertain
        case .refused: break
        }
        uncertain = []
    }
}
