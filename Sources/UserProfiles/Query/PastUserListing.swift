import LogStorage

/// A page of the users as they were after one record of the log.
struct PastUserListing {
    let users: UserTable
    let query: UserQuery
    let filter: UserFilter
    let resolver: InstantResolver
    let reader: PastReader
    /// Records that one page may look at before it ends short.
    let budget: Int
    /// Bytes of profiles after which it does, too.
    let pageBytes: Int

    /// - Parameter instant: the query's `at`.
    func page(at instant: LogTimestamp) throws(ProfileError) -> Page<User> {
        let shape = UserFilter.shape(query)
        var cursor: Cursor?
        if let after = query.after { cursor = try Cursor(after, kind: .pastUsers, shape: shape) }
        // The cursor pins the record, so that all pages show one state.
        let lsn: LogSequenceNumber
        if let cursor {
            lsn = LogSequenceNumber(cursor.second)
        } else {
            lsn = try resolver.lsn(at: instant, field: "at")
        }
        guard lsn <= users.position, (cursor?.first ?? 0) <= UInt64(users.count) else { throw .invalidCursor }
        var walk = Walk(ids: ids(at: instant, after: cursor.map { UserID($0.first) }))
        try walk.go(self, lsn)
        let next = walk.rest.map { Cursor(.pastUsers, shape: shape, first: $0.rawValue, second: lsn.rawValue).text }
        return Page(items: walk.items, next: next, asOf: lsn)
    }

    /// The ids to look at: those that existed at `instant`, which is a run from 1 because ids follow time.
    private func ids(at instant: LogTimestamp, after: UserID?) -> StrideThrough<Int> {
        var low = 0
        var high = users.count
        while low < high {
            let middle = (low + high) / 2
            if users.entry(existing: UInt32(middle + 1)).createdAt <= instant {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if query.sort == .id {
            return stride(from: (after.map { Int($0.rawValue) } ?? 0) + 1, through: low, by: 1)
        }
        return stride(from: min(low, (after.map { Int($0.rawValue) } ?? .max) - 1), through: 1, by: -1)
    }

    /// The way through the ids.
    private struct Walk {
        let ids: StrideThrough<Int>
        var items: [User] = []
        /// The last user looked at, when there may be more behind it.
        var rest: UserID?

        init(ids: StrideThrough<Int>) {
            self.ids = ids
        }

        mutating func go(_ listing: PastUserListing, _ lsn: LogSequenceNumber) throws(ProfileError) {
            var (reads, bytes) = (0, 0)
            var last: UserID?
            for number in ids {
                if items.count == listing.query.limit || reads >= listing.budget || bytes >= listing.pageBytes {
                    rest = last
                    return
                }
                let id = UserID(UInt64(number))
                if let user = try listing.state(of: id, lsn, &reads) {
                    items.append(user)
                    bytes += user.profile.byteCount
                }
                last = id
            }
        }
    }

    /// The user `id` after the record `lsn`, if it existed and is wanted.
    private func state(of id: UserID, _ lsn: LogSequenceNumber, _ reads: inout Int) throws(ProfileError) -> User? {
        reads += 1
        guard let entry = users.entry(id), entry.lsn > lsn || filter.admits(entry) else { return nil }
        guard let header = try reader.header(id, entry, asOf: lsn, reads: &reads) else { return nil }
        let user = try reader.user(header, createdAt: entry.createdAt)
        return filter.admits(user) ? user : nil
    }
}
