import LogStorage

/// A page of the changes that a query selects.
struct AuditListing {
    private let users: UserTable
    private let query: AuditQuery
    private let log: any ReadableLog
    private let reader: AuditReader
    private let actorTag: UInt32?
    /// Bytes of profiles after which a page ends short.
    private let pageBytes: Int

    init(users: UserTable, query: AuditQuery, log: any ReadableLog, pageBytes: Int) throws(ProfileError) {
        let errors = QueryRule.errors(limit: query.limit) + QueryRule.errors(since: query.since, until: query.until)
        guard errors.isEmpty else { throw .invalid(errors) }
        self.users = users
        self.query = query
        self.log = log
        self.pageBytes = pageBytes
        reader = AuditReader(log: log)
        actorTag = query.actor.map { TextKeys.actorTag($0) }
    }

    func page() throws(ProfileError) -> Page<AuditEntry> {
        let bounds = try bounds()
        let found = try lsns(bounds)
        var items: [AuditEntry] = []
        var bytes = 0
        for lsn in found.prefix(query.limit) {
            items.append(try reader.entry(lsn, adding: &bytes))
            if bytes >= pageBytes { break }
        }
        var next: String?
        if found.count > items.count, let last = items.last {
            next = Cursor(.audit, shape: shape, first: last.lsn.rawValue).text
        }
        return Page(items: items, next: next, asOf: users.position)
    }

    private var shape: UInt32 {
        Cursor.shape([
            query.userID?.description, query.actor, query.operation?.name,
            query.since.map { String($0.microseconds) }, query.until.map { String($0.microseconds) },
            "\(query.order)",
        ])
    }

    /// The records that time and cursor leave: those after `low`, up to `high`.
    private struct Bounds {
        var low: LogSequenceNumber
        var high: LogSequenceNumber

        var isEmpty: Bool { low >= high }
    }

    private func bounds() throws(ProfileError) -> Bounds {
        var bounds = Bounds(low: .zero, high: users.position)
        if let since = query.since { bounds.low = try reader.lastLSN(before: since) }
        if let until = query.until { bounds.high = min(bounds.high, try reader.lastLSN(before: until)) }
        guard let after = query.after else { return bounds }
        let lsn = LogSequenceNumber(try Cursor(after, kind: .audit, shape: shape).first)
        guard lsn > .zero, lsn <= users.position else { throw .invalidCursor }
        switch query.order {
        case .ascending: bounds.low = max(bounds.low, lsn)
        case .descending: bounds.high = min(bounds.high, lsn.previous)
        }
        return bounds
    }

    /// The records on the page, and one more if there is one.
    private func lsns(_ bounds: Bounds) throws(ProfileError) -> [LogSequenceNumber] {
        if bounds.isEmpty { return [] }
        guard let id = query.userID else { return try scan(bounds) }
        return try chain(id, bounds)
    }

    private func chain(_ id: UserID, _ bounds: Bounds) throws(ProfileError) -> [LogSequenceNumber] {
        guard let entry = users.entry(id) else { return [] }
        var found: [LogSequenceNumber] = []
        var failure: ProfileError?
        // Where the page will show all versions, each record is read once, not its header now and the rest later.
        let isShort = entry.version.rawValue <= UInt64(min(query.limit, AuditReader.maximumKept))
        let past = PastReader(log: log)
        _ = try past.walk(id, from: entry.lsn, by: isShort ? reader.header : past.header) { header in
            if header.lsn <= bounds.low { return true }
            guard header.lsn <= bounds.high, matches(header) else { return false }
            do throws(ProfileError) {
                if try reader.isActor(query.actor, of: header.lsn) { found.append(header.lsn) }
            } catch {
                failure = error
                return true
            }
            return query.order == .descending && found.count > query.limit
        }
        if let failure { throw failure }
        return query.order == .ascending ? found.reversed() : found
    }

    private func scan(_ bounds: Bounds) throws(ProfileError) -> [LogSequenceNumber] {
        var found: [LogSequenceNumber] = []
        func take(_ header: RecordHeader, payload: () throws(LogError) -> [UInt8]) throws -> ScanControl {
            guard matches(header) else { return .next }
            if let actor = query.actor, try !reader.isActor(actor, payload: payload(), of: header.lsn) { return .next }
            found.append(header.lsn)
            return found.count > query.limit ? .stop : .next
        }
        let (first, last) = (bounds.low.next, bounds.high)
        do {
            if let actorTag {
                try log.scan(from: first, through: last, order: query.order, actorTag: actorTag, take)
            } else {
                try log.scan(from: first, through: last, order: query.order, take)
            }
        } catch {
            throw .unreadable(error as? LogError ?? LogError(.io, "\(error)"))
        }
        return found
    }

    /// Whether the header alone does not rule the record out.
    private func matches(_ header: RecordHeader) -> Bool {
        if let actorTag, header.actorTag != actorTag { return false }
        if let operation = query.operation, header.kind != operation.rawValue { return false }
        return true
    }
}
