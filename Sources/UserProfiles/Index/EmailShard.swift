import LogStorage

/// A part of the email table: user ids in open addressing with linear probing.
///
/// The keys stand in the users' entries, so every operation that moves an id asks for its key.
struct EmailShard: Sendable {
    private var slots: [UInt32] = []
    private(set) var count = 0

    init() {}

    /// Makes room for `expected` ids.
    init(expected: Int) {
        var size = 8
        while size * 3 / 4 < expected { size *= 2 }
        slots = Array(repeating: 0, count: expected == 0 ? 0 : size)
    }

    /// Adds `id`, whose key is `key`.
    mutating func insert(_ id: UInt32, key: UInt64, keyOf: (UInt32) -> UInt64) {
        if (count + 1) * 4 > slots.count * 3 { grow(keyOf) }
        put(id, key: key)
        count += 1
    }

    /// Removes `id`, whose key is `key`, and moves up what would no longer be found behind the gap.
    mutating func remove(_ id: UInt32, key: UInt64, keyOf: (UInt32) -> UInt64) {
        guard !slots.isEmpty, var gap = place(of: id, key: key) else { return }
        let mask = slots.count - 1
        var index = gap
        while true {
            index = (index + 1) & mask
            let candidate = slots[index]
            if candidate == 0 { break }
            let home = Self.home(keyOf(candidate), mask)
            // The candidate may fill the gap if its home does not lie cyclically between the gap and itself.
            if (index &- home) & mask >= (index &- gap) & mask {
                slots[gap] = candidate
                gap = index
            }
        }
        slots[gap] = 0
        count -= 1
    }

    /// Calls `body` with each id that has the key `key`.
    func forEach(key: UInt64, keyOf: (UInt32) -> UInt64, _ body: (UInt32) -> Void) {
        forEachCandidate(key) { id in
            if keyOf(id) == key { body(id) }
        }
    }

    /// Asks the processor for the slot where the search for `key` starts.
    func prefetch(_ key: UInt64) {
        slots.withUnsafeBufferPointer { slots in
            guard let start = slots.baseAddress, !slots.isEmpty else { return }
            (start + Self.home(key, slots.count - 1)).prefetch()
        }
    }

    /// Calls `body` with each id from that slot to the next empty one, whatever its key is.
    func forEachCandidate(_ key: UInt64, _ body: (UInt32) -> Void) {
        guard !slots.isEmpty else { return }
        let mask = slots.count - 1
        var index = Self.home(key, mask)
        while slots[index] != 0 {
            body(slots[index])
            index = (index + 1) & mask
        }
    }

    /// Bytes in memory.
    var footprint: Int { slots.capacity * MemoryLayout<UInt32>.stride }

    private mutating func put(_ id: UInt32, key: UInt64) {
        let mask = slots.count - 1
        var index = Self.home(key, mask)
        while slots[index] != 0 { index = (index + 1) & mask }
        slots[index] = id
    }

    private func place(of id: UInt32, key: UInt64) -> Int? {
        let mask = slots.count - 1
        var index = Self.home(key, mask)
        while slots[index] != 0 {
            if slots[index] == id { return index }
            index = (index + 1) & mask
        }
        return nil
    }

    private mutating func grow(_ keyOf: (UInt32) -> UInt64) {
        let old = slots
        slots = Array(repeating: 0, count: max(8, old.count * 2))
        for id in old where id != 0 { put(id, key: keyOf(id)) }
    }

    /// The slot where the search for a key starts. The top byte chose the shard, so the bottom bits are used.
    private static func home(_ key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: key) & mask
    }
}
