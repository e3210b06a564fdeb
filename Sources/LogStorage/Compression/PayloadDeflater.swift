import CZlib

/// A deflate stream that is set up once and reset for every payload; setting one up costs more than using it.
///
/// Short payloads use the fixed Huffman codes and a small window: a table of their own would cost them more than it
/// saves. Long ones get both.
final class PayloadDeflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    /// From this many bytes on, a payload gets Huffman tables of its own and the full window.
    static let longPayloadBytes = 1_024

    private init?(dictionary: [UInt8], isLong: Bool) {
        self.dictionary = dictionary
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let status =
            isLong
            ? CZlib_deflateInit2(stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY)
            : CZlib_deflateInit2(stream, 4, Z_DEFLATED, -12, 5, Z_FIXED)
        guard status == Z_OK else {
            self.stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The deflated form of `bytes` with the current dictionary, or `nil` where zlib has no memory.
    static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        let pool = bytes.count < longPayloadBytes ? shortPool : longPool
        guard let deflater = pool.take() else { return nil }
        defer { pool.putBack(deflater) }
        return deflater.run(bytes)
    }

    private func run(_ bytes: [UInt8]) -> [UInt8]? {
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

    private static let shortPool = Pool(isLong: false)
    private static let longPool = Pool(isLong: true)

    /// Streams that are not in use at the moment.
    private final class Pool: Sendable {
        private let idle = Monitor<[Lease]>([])
        private let isLong: Bool
        /// Streams kept; more may exist at once, those are given up after use.
        private static let maximumIdle = 8

        init(isLong: Bool) {
            self.isLong = isLong
        }

        func take() -> PayloadDeflater? {
            if let lease = idle.withLock({ $0.popLast() }) { return lease.deflater }
            guard let dictionary = PresetDictionary.bytes(id: PresetDictionary.currentID) else { return nil }
            return PayloadDeflater(dictionary: dictionary, isLong: isLong)
        }

        func putBack(_ deflater: PayloadDeflater) {
            let lease = Lease(deflater: deflater)
            idle.withLock { if $0.count < Self.maximumIdle { $0.append(lease) } }
        }
    }

    /// A stream on its way between two threads.
    ///
    /// Unchecked, because the pool hands a stream to one caller at a time, and the mutex orders their uses.
    private struct Lease: @unchecked Sendable {
        let deflater: PayloadDeflater
    }
}
