import LogStorage

/// Profiles of recent records, so that what changed from one version to the next can often be told without a read.
///
/// Each record has one place, which the next record with that place takes over. Threads share it.
package final class ProfileCache: Sendable {
    struct State: Sendable {
        let lsn: LogSequenceNumber
        let subject: UInt64
        let version: UInt64
        let profile: Profile
        let deleted: Bool
    }

    private let shards: [Monitor<[State?]>]

    private static let shardCount = 16
    private static let places = 512
    /// Larger ones are not worth their memory; so all together stay below some 16 MiB.
    private static let maximumAttributeBytes = 1_024

    package init() {
        shards = (0..<Self.shardCount).map { _ in Monitor(Array(repeating: nil, count: Self.places)) }
    }

    func state(_ lsn: LogSequenceNumber) -> State? {
        let (shard, place) = Self.place(of: lsn)
        return shards[shard].withLock { states in states[place].flatMap { $0.lsn == lsn ? $0 : nil } }
    }

    func keep(_ state: State) {
        guard (state.profile.attributes.heldText?.count ?? 0) <= Self.maximumAttributeBytes else { return }
        let (shard, place) = Self.place(of: state.lsn)
        shards[shard].withLock { $0[place] = state }
    }

    /// Neighbours stand in one shard, because a thread works on neighbours.
    private static func place(of lsn: LogSequenceNumber) -> (shard: Int, place: Int) {
        let number = Int(truncatingIfNeeded: lsn.rawValue & (1 << 40 - 1))
        return (number / places % shardCount, number % places)
    }
}
