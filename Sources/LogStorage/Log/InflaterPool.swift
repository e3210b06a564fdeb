/// Streams to inflate with, kept between uses; setting one up costs more than using it.
final class InflaterPool: Sendable {
    private let idle = Monitor<[UInt32: [Lease]]>([:])
    /// Streams kept for each dictionary; more may exist at once, those are given up after use.
    private static let maximumIdle = 16

    /// Lends a stream for the dictionary `id` to `body`.
    func with<Result>(
        dictionary id: UInt32,
        _ body: (PayloadInflater) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        let inflater = try take(id)
        defer { putBack(inflater, id) }
        return try body(inflater)
    }

    func take(_ id: UInt32) throws(LogError) -> PayloadInflater {
        if let lease = idle.withLock({ $0[id]?.popLast() }) { return lease.inflater }
        return try PayloadInflater(dictionaryID: id)
    }

    func putBack(_ inflater: PayloadInflater, _ id: UInt32) {
        let lease = Lease(inflater: inflater)
        idle.withLock { idle in
            if idle[id, default: []].count < Self.maximumIdle { idle[id, default: []].append(lease) }
        }
    }

    /// A stream on its way between two threads.
    ///
    /// Unchecked, because the pool hands a stream to one caller at a time, and the mutex orders their uses.
    private struct Lease: @unchecked Sendable {
        let inflater: PayloadInflater
    }
}
