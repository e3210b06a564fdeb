import LogStorage

extension BinaryRows {
    /// The rows of `export_substitutions`.
    init(_ substitutions: [Substitution]) {
        self.init()
        for substitution in substitutions {
            beginRow(fields: 3)
            field(Int64(clamping: substitution.lsn.rawValue))
            field(Array(substitution.column.rawValue.utf8))
            field(substitution.original)
        }
    }
}
