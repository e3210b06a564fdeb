import CZlib

/// A stream of zlib that is set up once and reset for every payload; setting one up costs more than using it.
///
/// One call at a time.
final class LongDeflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    /// - Throws: ``LogError/Code/io`` where zlib has no memory.
    init(dictionary: [UInt8]) throws(LogError) {
        self.dictionary = dictionary
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        guard CZlib_deflateInit2(stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK else {
            self.stream.deallocate()
            throw LogError(.io, "zlib could not set up a stream to deflate with")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The deflated form of `bytes`, a raw deflate stream (RFC 1951), or `nil` where zlib has no memory.
    func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        guard deflateReset(stream) == Z_OK else { return nil }
        let primed = dictionary.withUnsafeBufferPointer {
            deflateSetDictionary(stream, $0.baseAddress, uInt($0.count))
        }
        guard primed == Z_OK else { return nil }
        let bound = Int(deflateBound(stream, uLong(bytes.count)))
        return bytes.withUnsafeBufferPointer { input -> [UInt8]? in
            var finished = false
            let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                // zlib does not write through `next_in`; its type only lacks the const.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = uInt(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(output.count)
                finished = CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END
                count = output.count - Int(stream.pointee.avail_out)
            }
            return finished ? output : nil
        }
    }
}
