/// The durable end of the log, and what keeps it from growing.
struct LogEnd: Sendable {
    var lsn: LogSequenceNumber
    var time: LogTimestamp
    var poison: LogError?
    var clockJump: LogError?
    var clockSteps: Int
}
