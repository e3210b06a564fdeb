/// How a record's payload is stored. The raw value stands in the record's flags (`LogFormat`, "Record").
enum PayloadCodec: UInt8, Sendable {
    /// The JSON as it is, where deflating would not make it smaller.
    case stored = 0
    /// Raw deflate (RFC 1951) with the preset dictionary that the segment header names.
    case deflate = 1
}
