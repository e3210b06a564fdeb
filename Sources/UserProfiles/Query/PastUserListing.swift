import LogStorage

/// A page of the users as they were after one record of the log.
struct PastUserListing {
    let users: UserTable
    let query: UserQuery
    let filter: UserFilter
    let resolver: InstantResolver
    let reader: PastReader
    /// What a page may look at before it ends early.
    let budget: ScanBudget
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
        let place = try cursor.flatMap { cursor throws(ProfileError) in try self.place(cursor) }
        var walk = Walk(budget: budget, id: cursor.map { UserID($0.first) }, place: place)
        try walk.go(self, ids(at: instant, after: walk.id, again: walk.place != nil), lsn)
        let next =
            walk.isEnded
            ? nil
            : walk.id.map { id in
                Cursor(
                    .pastUsers,
                    shape: shape,
                    first: id.rawValue,
                    second: lsn.rawValue,
                    third: walk.place?.rawValue ?? 0
                ).text
            }
        return Page(items: walk.items, next: next, asOf: lsn)
    }

    /// The record of the cursor's user with which to go on.
    private func place(_ cursor: Cursor) throws(ProfileError) -> LogSequenceNumber? {
        guard cursor.third > 0 else { return nil }
        let lsn = LogSequenceNumber(cursor.third)
        guard lsn <= users.position, try reader.header(lsn).subject == cursor.first else { throw .invalidCursor }
        return lsn
    }

    /// The ids to look at: those that existed at `instant`, which is a run from 1 because ids follow time.
    ///
    /// - Parameter isAgain: whether `after` itself is to be looked at again.
    private func ids(at instant: LogTimestamp, after: UserID?, again isAgain: Bool) -> StrideThrough<Int> {
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
        let step = isAgain ? 0 : 1
        if query.sort == .id {
            return stride(from: after.map { Int($0.rawValue) + step } ?? 1, through: low, by: 1)
        }
        return stride(from: after.map { min(low, Int($0.rawValue) - step) } ?? low, through: 1, by: -1)
    }

    /// The way through the ids and, for a user who has changed often since, through its versions.
    private struct Walk {
        var budget: ScanBudget
        /// The last user looked at.
        var id: UserID?
        /// The record of that user with which to go on, if the budget was spent in the middle of its versions.
        var place: LogSequenceNumber?
        private(set) var items: [User] = []
        private(set) var isEnded = false
        private var bytes = 0
        private var hasRead = false

        init(budget: ScanBudget, id: UserID?, place: LogSequenceNumber?) {
            self.budget = budget
            self.id = id
            self.place = place
        }

        mutating func go(
            _ listing: PastUserListing,
            _ ids: StrideThrough<Int>,
            _ lsn: LogSequenceNumber
        ) throws(ProfileError) {
            var hasLooked = false
            for number in ids {
                if hasLooked, budget.isSpent { return }
                if items.count == listing.query.limit || bytes >= listing.pageBytes, !items.isEmpty { return }
                hasLooked = true
                let id = UserID(UInt64(number))
                self.id = id
                if let user = try state(of: id, lsn, listing) {
                    items.append(user)
                    bytes += user.profile.byteCount
                }
                if place != nil { return }
            }
            isEnded = true
        }

        /// The user `id` after the record `lsn`, if it existed and is wanted; `nil`, too, when ``place`` is set.
        private mutating func state(
            of id: UserID,
            _ lsn: LogSequenceNumber,
            _ listing: PastUserListing
        ) throws(ProfileError) -> User? {
            budget.look(at: 1)
            guard let entry = listing.users.entry(id), entry.lsn > lsn || listing.filter.admits(entry) else {
                return nil
            }
            let start = place ?? entry.lsn
            place = nil
            var walk = self
            defer { self = walk }
            let found = try listing.reader.walk(id, from: start, by: listing.reader.header) { header in
                // Each page reads one record at least, lest it go on with the same one for ever.
                if walk.hasRead, walk.budget.isSpent {
                    walk.place = header.lsn
                    return true
                }
                walk.hasRead = true
                walk.budget.read(header)
                return header.lsn <= lsn
            }
            guard walk.place == nil, let found else { return nil }
            walk.budget.read()
            let profile = try listing.reader.profile(found.lsn)
            let user = User(found, createdAt: entry.createdAt, profile)
            return listing.filter.admits(user) ? user : nil
        }
    }
}
