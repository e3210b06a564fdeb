package import LogStorage

/// Changes that are sent to PostgreSQL in one transaction.
package struct ExportBatch: Sendable {
    package let range: ClosedRange<LogSequenceNumber>
    package let rows: AuditRows
    /// The Merkle root of the log up to the range's end; `nil` if the source cannot tell.
    package let treeRoot: String?
}
