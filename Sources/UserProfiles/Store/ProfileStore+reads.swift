public import LogStorage

extension ProfileStore {
    /// The user `id` as it is now.
    ///
    /// - Parameter mode: whether the read may block for the disk.
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/deleted(version:)`` for a deleted user, or
    ///   ``ProfileError/Code/notCached``.
    public func user(_ id: UserID, reading mode: ReadMode = .blocking) throws(ProfileError) -> User {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        guard !entry.deleted else { throw .deleted(id, entry.version) }
        return User(id, entry, try past(mode).profile(entry.lsn))
    }

    /// The user `id` as it was; a version that is a deletion has `deleted` set.
    ///
    /// - Parameter mode: whether the read may block for the disk.
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/versionNotFound``,
    ///   ``ProfileError/Code/notYetBorn``, ``ProfileError/Code/invalid(_:)`` for an instant still to come, or
    ///   ``ProfileError/Code/notCached``.
    public func user(
        _ id: UserID,
        at point: PointInTime,
        reading mode: ReadMode = .blocking
    ) throws(ProfileError) -> User {
        let past = try past(mode)
        let (record, entry) = try record(id, at: point, past)
        return User(record.header, createdAt: entry.createdAt, try past.profile(of: record))
    }

    /// A page of users. Blocks for disk reads.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)`` or ``ProfileError/Code/invalidCursor``.
    public func users(_ query: UserQuery) throws(ProfileError) -> Page<User> {
        let filter = try UserFilter(query, keys: keys)
        if let instant = query.at {
            let past = try past(.blocking)
            return try PastUserListing(
                users: state.users,
                query: query,
                filter: filter,
                resolver: instants(past),
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
            budget: configuration.scanBudget,
            pageBytes: configuration.pageBytes
        ).page()
    }

    /// The changes of the user `id`, oldest first; a deleted user's too.
    ///
    /// - Parameters:
    ///   - after: the `next` of the page before.
    ///   - limit: entries on the page, 1…1,000.
    ///   - mode: whether the read may block for the disk.
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/invalid(_:)``, ``ProfileError/Code/invalidCursor``
    ///   or ``ProfileError/Code/notCached``.
    public func history(
        _ id: UserID,
        after: String?,
        limit: Int,
        reading mode: ReadMode = .blocking
    ) throws(ProfileError) -> Page<AuditEntry> {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        if case .cached = mode, min(UInt64(clamping: limit), entry.version.rawValue) > Self.mostCachedEntries {
            throw .notCached
        }
        var query = AuditQuery()
        query.userID = id
        query.order = .ascending
        query.after = after
        query.limit = limit
        return try audit(query, reading: mode)
    }

    /// Entries of a history that are worth a try without waiting: each takes a frame of the log, of 9 KiB on average.
    private static let mostCachedEntries: UInt64 = 6

    /// A page of changes of all users.
    ///
    /// - Parameter mode: whether the read may block for the disk.
    /// - Throws: ``ProfileError/Code/invalid(_:)``, ``ProfileError/Code/invalidCursor`` or ``ProfileError/Code/notCached``.
    public func audit(
        _ query: AuditQuery,
        reading mode: ReadMode = .blocking
    ) throws(ProfileError) -> Page<AuditEntry> {
        try AuditListing(
            users: state.users,
            query: query,
            log: readable(mode),
            budget: configuration.scanBudget,
            pageBytes: configuration.pageBytes
        ).page()
    }

    /// The change that the record `lsn` holds.
    ///
    /// - Parameter mode: whether the read may block for the disk.
    /// - Throws: ``ProfileError/Code/notFound`` or ``ProfileError/Code/notCached``.
    public func auditEntry(
        _ lsn: LogSequenceNumber,
        reading mode: ReadMode = .blocking
    ) throws(ProfileError) -> AuditEntry {
        guard lsn > .zero, lsn <= state.users.position else { throw .noEntry(lsn) }
        return try AuditReader(log: readable(mode)).entry(lsn)
    }

    /// The log, read as `mode` says.
    private func readable(_ mode: ReadMode) throws(ProfileError) -> any ReadableLog {
        guard case .cached(let allowance) = mode else { return log }
        guard let cached = log.cached(allowance) else { throw .notCached }
        return cached
    }

    func past(_ mode: ReadMode) throws(ProfileError) -> PastReader {
        let waits = if case .blocking = mode { true } else { false }
        return PastReader(log: try readable(mode), waits: waits, versions: versions)
    }

    private func instants(_ past: PastReader) -> InstantResolver {
        InstantResolver(state: state, log: past.log, now: configuration.log.now, waits: past.waits)
    }

    /// The record that made a state of the user `id`, and the user's newest one.
    func record(
        _ id: UserID,
        at point: PointInTime,
        _ past: PastReader
    ) throws(ProfileError) -> (StoredRecord, UserEntry) {
        guard let known = state.entry(id) else { throw .notFound(id) }
        switch point {
        case .version(let version):
            return (try past.record(id, known, version: version), known)
        case .instant(let instant):
            guard instant >= known.createdAt else { throw .notYetBorn(id, instant, created: known.createdAt) }
            let lsn = try instants(past).lsn(at: instant, field: "at")
            // Read after the instant was resolved, so that it is not older than the record that was found.
            let entry = state.entry(id) ?? known
            guard let record = try past.record(id, entry, asOf: lsn) else {
                throw .notYetBorn(id, instant, created: entry.createdAt)
            }
            return (record, entry)
        }
    }
}
