package import LogStorage

/// A checkpoint that is kept.
package struct StoredCheckpoint: Sendable {
    /// The last record that it covers.
    package let lsn: LogSequenceNumber
    /// How to name it to an operator.
    package let name: String
    /// Hands its blocks to the body, each as it was written, and verifies all of it.
    package let read: @Sendable (_ block: ([UInt8]) throws -> Void) throws -> Void

    package init(
        lsn: LogSequenceNumber,
        name: String,
        read: @escaping @Sendable (_ block: ([UInt8]) throws -> Void) throws -> Void
    ) {
        self.lsn = lsn
        self.name = name
        self.read = read
    }
}
