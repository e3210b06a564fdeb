/// The live users by the key of their email. Several may have one key: the caller compares the emails themselves.
///
/// It is derived from the entries, so neither snapshots nor checkpoints hold it. Sharding bounds the pause of growing
/// to a small part of the table.
struct EmailTable: Sendable {
    private var shards: [EmailShard]

    static let shardCount = 256

    init() {
        shards = Array(repeating: EmailShard(), count: Self.shardCount)
    }

    /// The table of the live users of `users`.
    init(of users: UserTable) {
        var counts = Array(repeating: 0, count: Self.shardCount)
        for page in users.pages {
            for entry in page.entries where !entry.deleted { counts[Self.shard(entry.emailKey)] += 1 }
        }
        shards = counts.map { EmailShard(expected: $0) }
        var id: UInt32 = 0
        for page in users.pages {
            for entry in page.entries {
                id += 1
                guard !entry.deleted else { continue }
                insert(id, key: entry.emailKey, users: users)
            }
        }
    }

    mutating func insert(_ id: UInt32, key: UInt64, users: UserTable) {
        shards[Self.shard(key)].insert(id, key: key) { users.entry(existing: $0).emailKey }
    }

    /// Removes `id` with its old `key`; the entries of `users` must still hold the keys as they were inserted.
    mutating func remove(_ id: UInt32, key: UInt64, users: UserTable) {
        shards[Self.shard(key)].remove(id, key: key) { users.entry(existing: $0).emailKey }
    }

    /// The live users whose email has the key `key`, usually none or one.
    func holders(of key: UInt64, users: UserTable) -> [UserID] {
        var holders: [UserID] = []
        shards[Self.shard(key)].forEach(key: key, keyOf: { users.entry(existing: $0).emailKey }) {
            holders.append(UserID(UInt64($0)))
        }
        return holders
    }

    /// Asks the processor for the place where the search for `key` starts.
    func prefetch(_ key: UInt64) {
        shards[Self.shard(key)].prefetch(key)
    }

    /// Calls `body` with each user at whom the search for `key` looks, whatever the user's key is.
    func forEachCandidate(_ key: UInt64, _ body: (UInt32) -> Void) {
        shards[Self.shard(key)].forEachCandidate(key, body)
    }

    /// Live users in the table.
    var count: Int { shards.reduce(0) { $0 + $1.count } }

    /// Bytes in memory.
    var footprint: Int { shards.reduce(0) { $0 + $1.footprint } }

    private static func shard(_ key: UInt64) -> Int { Int(key >> 56) }
}
