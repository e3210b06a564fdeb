import LogStorage

/// The widths of an entry's columns, which must be known before the first row is.
struct EntryColumns: Sendable {
    let lsn: Int
    let user: Int
    let version = 4
    let operation = 9
    let actor = 12

    /// - Parameter last: the last record that may be shown; no user has a higher number than that.
    init(last: LogSequenceNumber) {
        let digits = String(last.rawValue).count
        lsn = max(5, digits)
        user = max(4, digits)
    }
}
