package import LogStorage

/// A value that PostgreSQL cannot hold as it is.
package struct Substitution: Sendable, Hashable {
    /// The record.
    package let lsn: LogSequenceNumber
    /// The column of `user_audit`.
    package let column: AuditColumn
    /// The value as it was, as JSON.
    package let original: [UInt8]
}
