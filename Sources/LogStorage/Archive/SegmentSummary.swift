/// A segment of an archive.
public struct SegmentSummary: Sendable, Hashable {
    /// The path of the file.
    public let file: String
    public let firstLSN: LogSequenceNumber
    /// The last record in it; in a segment that has lost its footer, the last that can be in it. The one before
    /// ``firstLSN`` while it holds none.
    public let lastLSN: LogSequenceNumber
    /// The time of the first record; `nil` if there is none or it is not known.
    public let firstTime: LogTimestamp?
    /// The time of the last record; `nil` if there is none or it is not known.
    public let lastTime: LogTimestamp?
    /// Bytes of the file, preallocated room among them.
    public let bytes: UInt64
    /// Bytes of header and frames.
    public let dataBytes: UInt64
    /// Whether nothing more will be written to it.
    public let isSealed: Bool
    /// The Merkle tree over all records up to ``lastLSN``, as the footer says; `nil` in an open segment.
    public let tree: MerkleFrontier?
}
