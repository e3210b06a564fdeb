import LogStorage
import UserProfiles

/// Makes batches of a source's changes, one after the other.
struct BatchReader: Sendable {
    let source: any RecordSource
    /// Changes in a batch.
    let size: Int
    /// The last change that was read, and its time.
    private(set) var last: LogSequenceNumber
    private var time: LogTimestamp?
    private var tree: RecordTree?

    /// - Parameters:
    ///   - last: the change behind which to begin, and its time.
    ///   - tree: the tree over all records up to it.
    init(
        _ source: any RecordSource,
        size: Int,
        after last: LogSequenceNumber,
        _ time: LogTimestamp?,
        _ tree: RecordTree?
    ) {
        self.source = source
        self.size = max(1, size)
        self.last = last
        self.time = time
        self.tree = tree
    }

    /// The next batch, `nil` at `end`. Its changes are durable.
    ///
    /// - Throws: what the source throws; ``LogError/Code/damaged`` where changes do not follow each other.
    mutating func next(to end: LogSequenceNumber) throws -> ExportBatch? {
        guard last < end else { return nil }
        let range = last.next...min(last.advanced(by: size), end)
        var rows = AuditRows()
        var due = range.lowerBound
        var lastTime = time
        var tree = tree
        try source.read(range, after: time, into: &tree) { entry in
            guard entry.lsn == due else { throw Self.gap(due, entry.lsn, source) }
            due = due.next
            lastTime = entry.timestamp
            try rows.append(entry)
        }
        guard due == range.upperBound.next else { throw Self.gap(due, nil, source) }
        try source.makeDurable()
        last = range.upperBound
        time = lastTime
        self.tree = tree
        return ExportBatch(range: range, rows: rows, treeRoot: tree.map { "\($0.root)" })
    }

    private static func gap(
        _ due: LogSequenceNumber,
        _ found: LogSequenceNumber?,
        _ source: any RecordSource
    ) -> LogError {
        let instead = found.map { "record \($0) came instead" } ?? "nothing came"
        return LogError(.damaged, "Record \(due) is missing: \(instead)", file: source.name, lsns: due...due)
    }
}
