public import LogStorage

extension ProfileStore {
    /// The user `id` as it is now. Blocks for a disk read.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, or ``ProfileError/Code/deleted(version:)`` for a deleted user.
    public func user(_ id: UserID) throws(ProfileError) -> User {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        guard !entry.deleted else { throw .deleted(id, entry.version) }
        return User(id, entry, try past.profile(entry.lsn))
    }

    /// The user `id` as it is now, if that can be had without waiting for the disk; `nil` otherwise. Never blocks.
    ///
    /// - Throws: what ``user(_:)`` throws.
    public func cachedUser(_ id: UserID) throws(ProfileError) -> User? {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        guard !entry.deleted else { throw .deleted(id, entry.version) }
        return try past.cachedProfile(entry.lsn).map { User(id, entry, $0) }
    }

    /// The user `id` as it was; a version that is a deletion has `deleted` set. Blocks for disk reads.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/versionNotFound``,
    ///   ``ProfileError/Code/notYetBorn``, or ``ProfileError/Code/invalid(_:)`` for an instant still to come.
    public func user(_ id: UserID, at point: PointInTime) throws(ProfileError) -> User {
        let (header, entry) = try header(id, at: point)
        return try past.user(header, createdAt: entry.createdAt)
    }

    /// A page of users. Blocks for disk reads.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)`` or ``ProfileError/Code/invalidCursor``.
    public func users(_ query: UserQuery) throws(ProfileError) -> Page<User> {
        let filter = try UserFilter(query, keys: keys)
        if let instant = query.at {
            let resolver = instants
            return try PastUserListing(
                users: state.users,
                query: query,
                filter: filter,
                resolver: resolver,
                reader: past,
                budget: configuration.scanBudget,
                pageBytes: configuration.pageBytes
            ).page(at: instant)
        }
        let (users, only) = state.withLock { content -> (UserTable, [UserID]?) in
            guard let key = filter.emailKey, filter.deleted == .live else { return (content.index.users, nil) }
            return (content.index.users, content.index.holders(of: key))
        }
        return try UserListing(
            users: users,
            query: query,
            filter: filter,
            only: only,
            log: log,
            texts: SearchTextResolver(state: state, log: log),
            pageBytes: configuration.pageBytes
        ).page()
    }

    /// The changes of the user `id`, oldest first; a deleted user's too. Blocks for disk reads.
    ///
    /// - Parameters:
    ///   - after: the `next` of the page before.
    ///   - limit: entries on the page, 1…1,000.
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/invalid(_:)`` or
    ///   ``ProfileError/Code/invalidCursor``.
    public func history(_ id: UserID, after: String?, limit: Int) throws(ProfileError) -> Page<AuditEntry> {
        guard state.entry(id) != nil else { throw .notFound(id) }
        var query = AuditQuery()
        query.userID = id
        query.order = .ascending
        query.after = after
        query.limit = limit
        return try audit(query)
    }

    /// A page of changes of all users. Blocks for disk reads.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)`` or ``ProfileError/Code/invalidCursor``.
    public func audit(_ query: AuditQuery) throws(ProfileError) -> Page<AuditEntry> {
        try AuditListing(users: state.users, query: query, log: log, pageBytes: configuration.pageBytes).page()
    }

    /// The change that the record `lsn` holds. Blocks for a disk read.
    ///
    /// - Throws: ``ProfileError/Code/notFound``.
    public func auditEntry(_ lsn: LogSequenceNumber) throws(ProfileError) -> AuditEntry {
        guard lsn > .zero, lsn <= state.users.position else { throw .noEntry(lsn) }
        return try AuditReader(log: log).entry(lsn)
    }

    var past: PastReader { PastReader(log: log) }

    var instants: InstantResolver {
        InstantResolver(state: state, log: log, now: configuration.log.now)
    }

    /// The record that made a state of the user `id`, and the user's newest one.
    func header(_ id: UserID, at point: PointInTime) throws(ProfileError) -> (RecordHeader, UserEntry) {
        guard let known = state.entry(id) else { throw .notFound(id) }
        switch point {
        case .version(let version):
            return (try past.header(id, known, version: version), known)
        case .instant(let instant):
            guard instant >= known.createdAt else { throw .notYetBorn(id, instant, created: known.createdAt) }
            let lsn = try instants.lsn(at: instant, field: "at")
            // Read after the instant was resolved, so that it is not older than the record that was found.
            let entry = state.entry(id) ?? known
            var reads = 0
            guard let header = try past.header(id, entry, asOf: lsn, reads: &reads) else {
                throw .notYetBorn(id, instant, created: entry.createdAt)
            }
            return (header, entry)
        }
    }
}
