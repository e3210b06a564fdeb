/// A checkpoint of an archive, as far as its header tells.
public struct CheckpointSummary: Sendable, Hashable {
    /// Its path, and the LSN in its name.
    public let file: CheckpointFile
    /// Bytes of the file.
    public let bytes: UInt64
    /// The time of the last record that it contains; `nil` if the header cannot be read.
    public let time: LogTimestamp?
    /// The Merkle tree over the records up to ``lsn``; `nil` if the header cannot be read.
    public let tree: MerkleFrontier?
    /// Why it is of no use; `nil` while nothing speaks against it. Its blocks have not been read.
    public let problem: String?

    /// The last record that it contains, as its name says.
    public var lsn: LogSequenceNumber { file.lsn }
}
