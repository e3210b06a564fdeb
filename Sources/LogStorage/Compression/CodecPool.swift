/// Streams to deflate or to inflate with, kept between uses; setting one up costs more than using it.
final class CodecPool<Stream: AnyObject>: Sendable {
    private let idle = Monitor<[UInt32: [Lease]]>([:])
    private let make: @Sendable (_ dictionaryID: UInt32) throws(LogError) -> Stream

    /// Streams kept for each dictionary; more may exist at once, those are given up after use.
    private static var maximumIdle: Int { 16 }

    init(_ make: @escaping @Sendable (_ dictionaryID: UInt32) throws(LogError) -> Stream) {
        self.make = make
    }

    /// Lends a stream for the dictionary `id` to `body`, which must not keep it.
    func with<Result>(
        dictionary id: UInt32,
        _ body: (Stream) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        let stream = try take(id)
        defer { putBack(stream, id) }
        return try body(stream)
    }

    func take(_ id: UInt32) throws(LogError) -> Stream {
        if let lease = idle.withLock({ $0[id]?.popLast() }) { return lease.stream }
        return try make(id)
    }

    func putBack(_ stream: Stream, _ id: UInt32) {
        let lease = Lease(stream: stream)
        idle.withLock { idle in
            if idle[id, default: []].count < Self.maximumIdle { idle[id, default: []].append(lease) }
        }
    }

    /// A stream on its way between two threads.
    ///
    /// Unchecked, because the pool hands a stream to one caller at a time, and the mutex orders their uses.
    private struct Lease: @unchecked Sendable {
        let stream: Stream
    }
}
