import CZlib

/// Turns stored payloads back into JSON; one stream, used again and again by one thread.
final class PayloadInflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    /// - Parameter dictionaryID: the preset dictionary of the segment that the payloads come from.
    init(dictionaryID: UInt32) throws(LogError) {
        dictionary = try PresetDictionary.known(dictionaryID)
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        guard CZlib_inflateInit2(stream, -15) == Z_OK else {
            self.stream.deallocate()
            throw LogError(.io, "zlib could not set up a stream to inflate with")
        }
    }

    /// Inflaters for whatever dictionaries the segments of a log name.
    static func pool() -> CodecPool<PayloadInflater> {
        CodecPool { id throws(LogError) in try PayloadInflater(dictionaryID: id) }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The JSON of a payload, or `nil` if the bytes do not inflate to exactly `size` bytes.
    ///
    /// - Parameter size: what the record says; at most ``FrameLayout/maximumPayloadBytes``.
    func inflate(_ bytes: RawSpan, codec: PayloadCodec, size: Int) -> [UInt8]? {
        switch codec {
        case .stored:
            guard bytes.byteCount == size else { return nil }
            return bytes.withUnsafeBytes { Array($0) }
        case .deflate:
            return inflate(deflated: bytes, size: size)
        }
    }

    /// A byte of a deflate stream stands for so many bytes at most: four matches of 258 bytes, of two bits each
    /// (RFC 1951, 3.2.5).
    private static let maximumExpansion = 4 * 258

    private func inflate(deflated bytes: RawSpan, size: Int) -> [UInt8]? {
        // No memory is taken for a size that the stored bytes cannot reach.
        guard size > 0, size <= FrameLayout.maximumPayloadBytes, size <= bytes.byteCount * Self.maximumExpansion,
            inflateReset(stream) == Z_OK
        else { return nil }
        let primed = dictionary.withUnsafeBufferPointer {
            inflateSetDictionary(stream, $0.baseAddress, uInt($0.count))
        }
        guard primed == Z_OK else { return nil }
        return bytes.withUnsafeBytes { input -> [UInt8]? in
            var isWhole = false
            let output = [UInt8](unsafeUninitializedCapacity: size) { output, count in
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                )
                stream.pointee.avail_in = uInt(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(size)
                let status = CZlib.inflate(stream, Z_FINISH)
                isWhole = status == Z_STREAM_END && stream.pointee.avail_out == 0 && stream.pointee.avail_in == 0
                count = size - Int(stream.pointee.avail_out)
            }
            return isWhole ? output : nil
        }
    }
}
