import LogStorage

/// Makes sure that a source goes on where PostgreSQL ends.
struct StateCheck {
    let source: any RecordSource
    let schema: String

    /// - Parameter end: the last record of the source.
    /// - Returns: the tree over what is in PostgreSQL; `nil` if the source cannot tell.
    /// - Throws: ``ExportRefusal`` for another store, one that is behind, or one with another history.
    func tree(_ state: ExportState, end: LogSequenceNumber) throws -> RecordTree? {
        try store(state)
        try self.end(state, end)
        try time(state)
        guard let tree = try source.tree(through: state.lastLSN) else { return nil }
        guard let root = state.treeRoot, root != "\(tree.root)" else { return tree }
        throw otherHistory(state, "the tree root is \(tree.root) in \(source.name) and \(root) in schema \(schema)")
    }

    /// Makes sure that the last record is the same, as far as its time tells: no two records of a log have the same.
    private func time(_ state: ExportState) throws {
        guard state.lastLSN > .zero, let exported = state.lastTime, let time = try source.time(of: state.lastLSN) else {
            return
        }
        guard time == exported else {
            throw otherHistory(state, "it was made at \(time) in \(source.name) and at \(exported) in schema \(schema)")
        }
    }

    private func otherHistory(_ state: ExportState, _ what: String) -> ExportRefusal {
        ExportRefusal(
            .wrongStore,
            "the store has another history than its export: at record \(state.lastLSN), \(what). \(Self.advice)"
        )
    }

    /// Makes sure that it is the same store.
    func store(_ state: ExportState) throws {
        let id = try source.storeID()
        guard state.storeID == "\(id)" else {
            throw ExportRefusal(
                .wrongStore,
                "schema \(schema) holds the export of store \(state.storeID), and \(source.name) is store \(id): "
                    + "give another with --schema"
            )
        }
    }

    /// Makes sure that the store has all that PostgreSQL has.
    func end(_ state: ExportState, _ end: LogSequenceNumber) throws(ExportRefusal) {
        guard state.lastLSN <= end else {
            throw ExportRefusal(
                .wrongStore,
                "the store is behind its export: \(source.name) ends with record \(end), and schema \(schema) has "
                    + "records up to \(state.lastLSN). Was it restored from an old backup? \(Self.advice)"
            )
        }
    }

    private static let advice = "Export it to another schema, and compare"
}
