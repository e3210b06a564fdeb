/// A record's JSON together with the form in which it is stored.
///
/// Deflating takes some 10 µs, so it is done by whoever prepares a record, not by the thread that commits.
public struct EncodedPayload: Sendable {
    /// The JSON, byte for byte; it is what the Merkle tree covers.
    public let json: [UInt8]
    let stored: [UInt8]
    let codec: PayloadCodec

    /// The most bytes of JSON that one record may hold.
    public static let maximumBytes = FrameLayout.maximumPayloadBytes

    /// Deflates `json`, or keeps it as it is where that is no longer.
    ///
    /// May be called from any number of threads. A payload over ``maximumBytes`` is refused by the append.
    public static func encode(_ json: [UInt8]) -> EncodedPayload {
        if let deflated = PayloadDeflater.deflate(json), deflated.count < json.count {
            return EncodedPayload(json: json, stored: deflated, codec: .deflate)
        }
        return EncodedPayload(json: json, stored: json, codec: .stored)
    }

    /// Bytes that the payload takes in the log.
    public var storedBytes: Int { stored.count }
}
