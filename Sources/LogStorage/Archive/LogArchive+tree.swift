extension LogArchive {
    /// The Merkle tree over the records up to `lsn`.
    ///
    /// Starts from the footer of a sealed segment or the header of a checkpoint, so that only the records behind it are
    /// read; those before it are taken for what their files say they are. A verification re-computes them.
    ///
    /// - Throws: ``LogError/Code/notFound`` when the log is shorter, ``LogError/Code/damaged``.
    package func tree(through lsn: LogSequenceNumber) throws -> RecordTree {
        let sealed = segments.compactMap { segment in segment.tree.flatMap { $0.size <= lsn.rawValue ? $0 : nil } }
        let checked = checkpoints.compactMap { checkpoint -> MerkleFrontier? in
            guard checkpoint.problem == nil, let tree = checkpoint.tree, tree.size <= lsn.rawValue else { return nil }
            return tree
        }
        var tree = RecordTree((sealed + checked).max { $0.size < $1.size } ?? MerkleFrontier())
        if tree.lsn < lsn {
            try scan(from: tree.lsn.next, through: lsn, order: .ascending) { header, payload in
                tree.append(header, try payload())
                return .next
            }
        }
        guard tree.lsn == lsn else {
            throw LogError(.notFound, "the log ends with record \(tree.lsn)", lsns: lsn...lsn)
        }
        return tree
    }
}
