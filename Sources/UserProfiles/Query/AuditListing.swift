import LogStorage

/// A page of the changes that a query selects.
///
/// A page costs what it shows and what its ``ScanBudget`` allows, however many pages came before it: a cursor names the
/// record with which the next page begins.
struct AuditListing {
    private let users: UserTable
    private let query: AuditQuery
    private let log: any ReadableLog
    private let reader: AuditReader
    private let actorTag: UInt32?
    private let budget: ScanBudget
    /// Bytes of profiles after which a page ends short.
    private let pageBytes: Int

    init(
        users: UserTable,
        query: AuditQuery,
        log: any ReadableLog,
        budget: ScanBudget,
        pageBytes: Int
    ) throws(ProfileError) {
        let errors = QueryRule.errors(limit: query.limit) + QueryRule.errors(since: query.since, until: query.until)
        guard errors.isEmpty else { throw .invalid(errors) }
        self.users = users
        self.query = query
        self.log = log
        self.budget = budget
        self.pageBytes = pageBytes
        reader = AuditReader(log: log)
        actorTag = query.actor.map { TextKeys.actorTag($0) }
    }

    func page() throws(ProfileError) -> Page<AuditEntry> {
        let span = try span()
        var rows = Rows(limit: query.limit, pageBytes: pageBytes, budget: budget, passed: span.passed)
        if !span.isEmpty { try fill(&rows, span) }
        let next = rows.next.map { Cursor(.audit, shape: shape, first: $0.rawValue, second: rows.passed).text }
        return Page(items: rows.items, next: next, asOf: users.position)
    }

    private var shape: UInt32 {
        Cursor.shape([
            query.userID?.description, query.actor, query.operation?.name,
            query.since.map { String($0.microseconds) }, query.until.map { String($0.microseconds) },
            "\(query.order)",
        ])
    }

    /// The records that time and cursor leave.
    private struct Span {
        var first = LogSequenceNumber.zero.next
        var last: LogSequenceNumber
        /// Versions of the query's user that are known to come before the first record, in ascending order.
        var passed: UInt64 = 0
        /// The record that the cursor names.
        var cursor: LogSequenceNumber?

        var isEmpty: Bool { first > last }
        var records: UInt64 { last.rawValue - first.rawValue + 1 }
    }

    private func span() throws(ProfileError) -> Span {
        var span = Span(last: users.position)
        if let since = query.since { span.first = try reader.lastLSN(before: since).next }
        if let until = query.until { span.last = min(span.last, try reader.lastLSN(before: until)) }
        guard let after = query.after else { return span }
        let cursor = try Cursor(after, kind: .audit, shape: shape)
        let lsn = LogSequenceNumber(cursor.first)
        guard lsn > .zero, lsn <= users.position else { throw .invalidCursor }
        switch query.order {
        case .ascending: span.first = max(span.first, lsn)
        case .descending: span.last = min(span.last, lsn)
        }
        span.passed = cursor.second
        span.cursor = lsn
        return span
    }

    /// The rows of a page as they come.
    private struct Rows {
        let limit: Int
        let pageBytes: Int
        var budget: ScanBudget
        /// Versions of the query's user up to the last record looked at.
        var passed: UInt64
        private(set) var items: [AuditEntry] = []
        /// The record with which the next page begins; `nil` when nothing is left.
        private(set) var next: LogSequenceNumber?
        private var bytes = 0
        private var hasLooked = false

        init(limit: Int, pageBytes: Int, budget: ScanBudget, passed: UInt64) {
            self.limit = limit
            self.pageBytes = pageBytes
            self.budget = budget
            self.passed = passed
        }

        /// Whether the record `lsn` is left to the next page because the budget is spent. The first one never is.
        mutating func leaves(_ lsn: LogSequenceNumber) -> Bool {
            if hasLooked, budget.isSpent { next = lsn }
            hasLooked = true
            return next != nil
        }

        /// Adds the row of the record `lsn`, or leaves it to the next page if this one is full.
        mutating func add(
            _ lsn: LogSequenceNumber,
            _ entry: (_ bytes: inout Int) throws(ProfileError) -> AuditEntry
        ) throws(ProfileError) -> ScanControl {
            guard items.count < limit, items.isEmpty || bytes < pageBytes else {
                next = lsn
                return .stop
            }
            let entry = try entry(&bytes)
            items.append(entry)
            if entry.version.rawValue > 1 { budget.read() }
            return .next
        }
    }

    private func fill(_ rows: inout Rows, _ span: Span) throws(ProfileError) {
        guard let id = query.userID else { return try scan(&rows, span) }
        guard let entry = users.entry(id) else { return }
        switch query.order {
        case .descending: try walkBack(&rows, span, id, entry)
        case .ascending: try goForward(&rows, span, id, entry)
        }
    }

    // MARK: One user

    /// Follows the links from each record to the one before it, from where the page before ended.
    private func walkBack(_ rows: inout Rows, _ span: Span, _ id: UserID, _ entry: UserEntry) throws(ProfileError) {
        let past = PastReader(log: log)
        if let cursor = span.cursor, try past.header(cursor).subject != id.rawValue { throw .invalidCursor }
        // Where all records become rows, each is read once, not its header now and the rest later.
        let isWhole = query.operation == nil && query.actor == nil && query.until == nil
        let header = isWhole ? reader.header : past.header
        var rowsSoFar = rows
        defer { rows = rowsSoFar }
        _ = try past.walk(id, from: span.cursor ?? entry.lsn, by: header) { header throws(ProfileError) in
            guard header.lsn >= span.first, !rowsSoFar.leaves(header.lsn) else { return true }
            rowsSoFar.budget.read(header)
            guard header.lsn <= span.last, matches(header), try reader.isActor(query.actor, of: header.lsn) else {
                return false
            }
            return try add(header.lsn, to: &rowsSoFar) == .stop
        }
    }

    /// The links lead backwards only. So either all of them are followed from the newest record, or the log is scanned
    /// from where the page before ended: whichever is expected to cost less, the former only within the budget.
    private func goForward(_ rows: inout Rows, _ span: Span, _ id: UserID, _ entry: UserEntry) throws(ProfileError) {
        var span = span
        span.last = min(span.last, entry.lsn)
        if span.cursor == nil { span.first = max(span.first, try reader.lastLSN(before: entry.createdAt).next) }
        guard !span.isEmpty else { return }
        let versions = max(1, entry.version.rawValue - min(span.passed, entry.version.rawValue))
        let wanted = min(versions, UInt64(query.limit) + 1)
        let scanned = Double(span.records) * Double(wanted) / Double(versions)
        guard Double(versions) * Double(ScanBudget.singleRead) <= scanned,
            let found = try undamaged({ () throws(ProfileError) in try matches(id, entry, versions, in: span) })
        else { return try scan(&rows, span) }
        try show(found, on: &rows)
    }

    /// What `find` returns; `nil` if the log is damaged on the way from the newest record, where the page may not lead.
    private func undamaged(
        _ find: () throws(ProfileError) -> [RecordHeader]?
    ) throws(ProfileError) -> [RecordHeader]? {
        do throws(ProfileError) {
            return try find()
        } catch {
            guard error.code == .damaged else { throw error }
            return nil
        }
    }

    /// The headers of a user's records of the span that may be wanted, oldest first.
    ///
    /// - Parameter versions: how many records will be read.
    /// - Returns: `nil` if the budget does not allow to find them. They take none of what the rows may cost.
    private func matches(
        _ id: UserID,
        _ entry: UserEntry,
        _ versions: UInt64,
        in span: Span
    ) throws(ProfileError) -> [RecordHeader]? {
        guard budget.allows(reads: versions) else { return nil }
        let past = PastReader(log: log)
        let isWhole = versions <= UInt64(min(query.limit, AuditReader.maximumKept))
        var found: [RecordHeader] = []
        var budget = budget
        _ = try past.walk(id, from: entry.lsn, by: isWhole ? reader.header : past.header) { header in
            guard header.lsn >= span.first, !budget.isSpent else { return true }
            budget.read(header)
            if header.lsn <= span.last, matches(header) { found.append(header) }
            return false
        }
        return budget.isSpent ? nil : found.reversed()
    }

    private func show(_ headers: [RecordHeader], on rows: inout Rows) throws(ProfileError) {
        for header in headers {
            guard !rows.leaves(header.lsn) else { return }
            guard try reader.isActor(query.actor, of: header.lsn) else { continue }
            if try add(header.lsn, to: &rows) == .stop { return }
            rows.passed = header.version
        }
    }

    private func add(_ lsn: LogSequenceNumber, to rows: inout Rows) throws(ProfileError) -> ScanControl {
        try rows.add(lsn) { bytes throws(ProfileError) in try reader.entry(lsn, adding: &bytes) }
    }

    // MARK: All records

    private func scan(_ rows: inout Rows, _ span: Span) throws(ProfileError) {
        var rowsSoFar = rows
        defer { rows = rowsSoFar }
        func take(_ header: RecordHeader, payload: () throws(LogError) -> [UInt8]) throws -> ScanControl {
            guard !rowsSoFar.leaves(header.lsn) else { return .stop }
            rowsSoFar.budget.pass(header)
            if let id = query.userID, header.subject != id.rawValue { return .next }
            if matches(header) {
                try reader.keep(header, payload: payload)
                if try reader.isActor(query.actor, of: header.lsn), try add(header.lsn, to: &rowsSoFar) == .stop {
                    return .stop
                }
            }
            if query.userID != nil { rowsSoFar.passed = header.version }
            return .next
        }
        do {
            if let actorTag {
                try log.scan(from: span.first, through: span.last, order: query.order, actorTag: actorTag, take)
            } else {
                try log.scan(from: span.first, through: span.last, order: query.order, take)
            }
        } catch let error as ProfileError {
            throw error
        } catch {
            throw .unreadable(error as? LogError ?? LogError(.io, "\(error)"))
        }
    }

    /// Whether the header alone does not rule the record out.
    private func matches(_ header: RecordHeader) -> Bool {
        if let actorTag, header.actorTag != actorTag { return false }
        if let operation = query.operation, header.kind != operation.rawValue { return false }
        return true
    }
}
