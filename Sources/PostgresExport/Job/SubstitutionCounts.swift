package import LogStorage

/// Which values PostgreSQL could not hold as they are.
package struct SubstitutionCounts: Sendable {
    /// How many of a column, and the first of them.
    package struct Column: Sendable {
        package var count = 0
        package var lsns: [LogSequenceNumber] = []
    }

    package private(set) var columns: [AuditColumn: Column] = [:]

    /// Records that are named for each column.
    private static let namedRecords = 20

    package init() {}

    mutating func add(_ substitutions: [Substitution]) {
        for substitution in substitutions {
            columns[substitution.column, default: Column()].count += 1
            if columns[substitution.column, default: Column()].lsns.count < Self.namedRecords {
                columns[substitution.column]?.lsns.append(substitution.lsn)
            }
        }
    }

    /// A line for each column that has any.
    package var lines: [String] {
        AuditColumn.allCases.compactMap { column in
            guard let found = columns[column] else { return nil }
            var ids = found.lsns.map { "\($0)" }.joined(separator: ", ")
            if found.count > found.lsns.count { ids += " and \(found.count - found.lsns.count) more" }
            return "PostgreSQL cannot hold \(found.count) value\(found.count == 1 ? "" : "s") of \(column.rawValue) as "
                + "written (U+0000, or a number beyond numeric); the original\(found.count == 1 ? " is" : "s are") in "
                + "export_substitutions: record\(found.count == 1 ? "" : "s") \(ids)"
        }
    }
}
