/// A record copied out of its frame, its payload still compressed.
struct SalvagedRecord {
    let header: RecordHeader
    /// Where its frame starts in the file.
    let offset: UInt64
    private let codec: PayloadCodec
    private let payloadBytes: Int
    private let stored: [UInt8]

    init(_ record: RecordView, _ offset: UInt64) {
        header = record.header
        self.offset = offset
        codec = record.codec
        payloadBytes = record.payloadBytes
        stored = Array(record.stored)
    }

    /// The JSON, or `nil` if the stored bytes do not inflate to it.
    func payload(with inflater: PayloadInflater) -> [UInt8]? {
        stored.withUnsafeBytes { inflater.inflate($0.bytes, codec: codec, size: payloadBytes) }
    }
}
