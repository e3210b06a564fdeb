/// A record read back from the log, its payload inflated.
public struct StoredRecord: Sendable {
    public let header: RecordHeader
    /// The JSON that was appended, byte for byte.
    public let payload: [UInt8]

    public init(header: RecordHeader, payload: [UInt8]) {
        self.header = header
        self.payload = payload
    }
}
