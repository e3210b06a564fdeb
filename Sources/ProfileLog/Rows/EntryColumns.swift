import LogStorage

/// The widths of an entry's columns, which must be known before the first row is.
struct EntryColumns: Sendable {
    let lsn: Int
    let user: Int
    /// Nil where there is no room for it.
    let version: Int?
    let operation = 9
    let actor: Int
    let gap: String
    /// Columns that are left for what changed; nil for any number.
    let change: Int?

    /// The fewest columns for what changed: on a terminal that is too narrow, lines are broken.
    private static let leastChange = 16

    /// - Parameter last: the last record that may be shown; no user has a higher number than that.
    init(last: LogSequenceNumber, _ style: RowStyle) {
        let digits = String(last.rawValue).count
        lsn = max(5, digits)
        user = max(4, digits)
        guard let width = style.width else {
            (version, actor, gap, change) = (4, 12, "  ", nil)
            return
        }
        (version, actor, gap) = (nil, width < 100 ? 8 : 12, " ")
        let others = [lsn, style.timeWidth, user, operation, actor]
        change = max(Self.leastChange, width - others.reduce(0, +) - others.count)
    }
}
