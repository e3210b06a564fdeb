package import LogStorage

/// Compares what is in PostgreSQL with what a source says, row by row and column by column.
///
/// The source's changes are sent once more, to temporary tables, and replayed there; PostgreSQL compares. So `jsonb` is
/// compared by its meaning, and nothing is written that stays. All of it is one transaction.
package final class ExportVerification {
    /// What a comparison came to.
    package struct Summary: Sendable {
        /// Records in the source up to ``lastLSN``.
        package var records: UInt64 = 0
        /// Rows of `user_audit` and of `users`.
        package var auditRows = "0"
        package var userRows = "0"
        /// The last record that the export has, as it says itself.
        package var lastLSN = LogSequenceNumber.zero
        /// Records of the source that come behind it.
        package var waiting: UInt64 = 0
        package var differences = 0

        package var isGood: Bool { differences == 0 }
    }

    private let source: any RecordSource
    private let settings: ExportJob.Settings
    private var summary = Summary()

    package init(_ source: any RecordSource, _ settings: ExportJob.Settings) {
        self.source = source
        self.settings = settings
    }

    /// Compares everything.
    ///
    /// - Parameters:
    ///   - progress: is told how far it is.
    ///   - report: gets each difference.
    /// - Throws: ``PostgresError``, ``ExportRefusal``, or what the source throws.
    package func run(
        progress: (_ done: LogSequenceNumber, _ of: LogSequenceNumber) -> Void,
        _ report: (Difference) throws -> Void
    ) throws -> Summary {
        let end = try source.end()
        let session = try ExportSession(settings, migrates: false)
        return try session.transaction { try compare(session, end, progress, report) }
    }

    private func compare(
        _ session: ExportSession,
        _ end: LogSequenceNumber,
        _ progress: (_ done: LogSequenceNumber, _ of: LogSequenceNumber) -> Void,
        _ report: (Difference) throws -> Void
    ) throws -> Summary {
        guard let state = try session.state() else {
            throw ExportRefusal(.wrongTables, "schema \(settings.schema) holds no export yet")
        }
        // Records and root are compared as well, so another history is found row by row.
        let check = StateCheck(source: source, schema: settings.schema)
        try check.store(state)
        try check.end(state, end)
        summary.lastLSN = state.lastLSN
        summary.waiting = end.rawValue - state.lastLSN.rawValue
        let tables = VerificationTables(connection: session.connection)
        try tables.make()
        try compare(state, tables, progress)
        try tables.compareUsers(through: state.lastLSN)
        (summary.auditRows, summary.userRows) = try tables.counts()
        try tables.differences { difference in
            summary.differences += 1
            try report(difference)
        }
        return summary
    }

    /// Sends the source's changes and compares them.
    private func compare(
        _ state: ExportState,
        _ tables: VerificationTables,
        _ progress: (_ done: LogSequenceNumber, _ of: LogSequenceNumber) -> Void
    ) throws {
        // From nothing, so that the tree is made of the records themselves.
        let tree = try source.tree(through: .zero)
        let reader = BatchReader(source, size: settings.batch, after: .zero, nil, tree)
        let queue = try BatchQueue(reader, to: state.lastLSN)
        defer { queue.stop() }
        var root = tree.map { "\($0.root)" }
        while let batch = try queue.next() {
            try tables.compare(batch)
            summary.records += UInt64(batch.rows.rows.count)
            root = batch.treeRoot
            progress(batch.range.upperBound, state.lastLSN)
        }
        if let root, let known = state.treeRoot, root != known {
            try tables.note("export_state", "\(state.lastLSN)", "tree_root is \(known), that of the store \(root)")
        }
    }
}
