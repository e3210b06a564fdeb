#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import LogStorage

/// Finds the record that ends what was visible at an instant.
struct InstantResolver {
    let state: StoreState
    let log: any ReadableLog
    let now: @Sendable () -> LogTimestamp
    /// Whether it may wait for a batch.
    var waits = true

    /// The last record at or before `instant`.
    ///
    /// An instant names one state for good, so one that is still to come is refused, and one so recent that a batch on
    /// its way to the disk may carry an earlier time is only answered when that batch has arrived.
    func lsn(at instant: LogTimestamp, field: String) throws(ProfileError) -> LogSequenceNumber {
        let clock = now()
        while true {
            let (users, isAppending) = state.withLock { ($0.index.users, $0.isAppending) }
            if TimeRule.isFuture(instant, now: clock, last: users.time) {
                throw .invalid(field, TimeRule.futureRefusal)
            }
            if instant <= users.time { return min(try search(instant), users.position) }
            guard isAppending else { return users.position }
            guard waits else { throw .notCached }
            usleep(Self.pauseInMicroseconds)
        }
    }

    /// About the time of a synced write.
    private static let pauseInMicroseconds: UInt32 = 100

    private func search(_ instant: LogTimestamp) throws(ProfileError) -> LogSequenceNumber {
        do throws(LogError) { return try log.lastLSN(atOrBefore: instant) } catch { throw .unreadable(error) }
    }
}
