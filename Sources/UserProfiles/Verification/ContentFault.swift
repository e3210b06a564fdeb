package import LogStorage

/// Something that a whole, readable record says and that cannot be.
package struct ContentFault: Sendable, Hashable {
    /// The records concerned.
    package let lsns: ClosedRange<LogSequenceNumber>
    /// What is wrong and what it means, in one sentence.
    package let message: String
    /// What the operator can do.
    package let advice: String

    init(_ lsn: LogSequenceNumber, _ message: String, advice: String = Self.advice) {
        lsns = lsn...lsn
        self.message = message
        self.advice = advice
    }

    /// Checksums hold, so no disk did this.
    private static let advice =
        "Its checksums are right, so it was written like this: keep the files, compare them with a backup, and report it"
}
