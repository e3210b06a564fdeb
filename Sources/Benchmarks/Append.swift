import LogStorage

/// A record on its way into the log, and whom to tell.
struct Append: Sendable {
    let record: PreparedRecord
    let acknowledge: @Sendable (_ isDurable: Bool) -> Void
}
