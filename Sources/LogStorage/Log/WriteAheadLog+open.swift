public import Logging

extension WriteAheadLog {
    /// Opens the log of a data directory, which is made if absent, and locks it against other servers.
    ///
    /// A torn tail is moved to `quarantine/` with a warning. Blocks; the last segment is read in full.
    ///
    /// - Throws: ``LogError/Code/locked``, ``LogError/Code/damaged``, ``LogError/Code/unsupportedFormat``,
    ///   ``LogError/Code/invalidDirectory``, ``LogError/Code/diskFull``, ``LogError/Code/io``.
    public static func open(_ configuration: LogConfiguration, logger: Logger) throws(LogError) -> WriteAheadLog {
        let opened = try LogOpener(configuration, logger: logger).open()
        let preparer = try SegmentPreparer(
            configuration,
            path: opened.paths.preparedSegment,
            directories: opened.directories,
            logger: logger
        )
        let tree = TreeBuilder(
            tree: opened.tree,
            target: opened.newest.lastLSN,
            background: configuration.background,
            logger: logger
        )
        let log = WriteAheadLog(
            opened: opened,
            configuration: configuration,
            tree: tree,
            preparer: preparer,
            logger: logger
        )
        try tree.start { [weak log] after, last, leaf in
            guard let log else { throw LogError(.stopped, "the log is closing") }
            try log.readLeaves(after: after, through: last, leaf)
        }
        preparer.request()
        return log
    }

    private func readLeaves(
        after: LogSequenceNumber,
        through last: LogSequenceNumber,
        _ leaf: (TreeBuilder.Leaf) -> Void
    ) throws {
        var due = after.next
        try scan(from: due, through: last, order: .ascending) { header, payload in
            guard header.lsn == due else { throw LogError(.damaged, "a record is missing", lsns: due...due) }
            leaf(TreeBuilder.Leaf(header: header, json: try payload()))
            due = due.next
            return .next
        }
        guard due == last.next else { throw LogError(.damaged, "records are missing", lsns: due...last) }
    }
}
