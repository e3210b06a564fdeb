package import LogStorage

/// Something that a whole, readable record says and that cannot be.
package struct ContentFault: Sendable, Hashable {
    /// The record concerned.
    package let lsn: LogSequenceNumber
    /// What is wrong and what it means, in one sentence.
    package let message: String

    init(_ lsn: LogSequenceNumber, _ message: String) {
        self.lsn = lsn
        self.message = message
    }
}
