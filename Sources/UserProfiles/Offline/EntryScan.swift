package import LogStorage

/// Makes the audit entries of those records of a log that a filter admits. Any number of threads may share one.
package struct EntryScan: Sendable {
    /// Gets an entry; `knowsChanges` is false when the version before it could not be read.
    package typealias Body = (_ entry: AuditEntry, _ knowsChanges: Bool) throws -> ScanControl

    package let log: any ReadableLog
    package let filter: EntryFilter
    private let cache = ProfileCache()
    /// Whether an entry is handed out although the version before it cannot be read.
    private let isLenient: Bool

    package init(_ log: any ReadableLog, filter: EntryFilter, isLenient: Bool = false) {
        self.log = log
        self.filter = filter
        self.isLenient = isLenient
    }

    /// Hands the entries of the closed range to `body`.
    package func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: Body
    ) throws {
        try log.scan(from: first, through: last, order: order) { header, payload in
            guard filter.admits(header) else { return .next }
            return try take(header, try payload(), body)
        }
    }

    /// Hands the entry of one record to `body` if the filter admits it.
    package func take(_ header: RecordHeader, _ payload: [UInt8], _ body: Body) throws -> ScanControl {
        guard filter.admits(header) else { return .next }
        let event = try ProfileEvent(payload: payload, of: header.lsn)
        let state = ProfileCache.State(
            lsn: header.lsn,
            subject: header.subject,
            version: header.version,
            profile: event.profile,
            deleted: header.kind == Operation.delete.rawValue
        )
        defer { cache.keep(state) }
        guard filter.admits(event) else { return .next }
        var before: ProfileCache.State?
        var knowsChanges = true
        do throws(LogError) {
            before = try header.previous.map { lsn throws(LogError) in try self.state(lsn, before: header) }
        } catch {
            guard isLenient, error.code == .damaged || error.code == .notFound else { throw error }
            knowsChanges = false
        }
        let entry = try AuditReader.entry(header, event, before: before.map { ($0.profile, $0.deleted) })
        return try body(entry, knowsChanges)
    }

    /// The state that the record `lsn` made, which must be the one before that of `header`.
    private func state(
        _ lsn: LogSequenceNumber,
        before header: RecordHeader
    ) throws(LogError) -> ProfileCache.State {
        let state = if let cached = cache.state(lsn) { cached } else { try read(lsn) }
        guard state.subject == header.subject, state.version == header.version - 1 else {
            throw LogError(
                .damaged,
                "The record says that record \(lsn) is the version before it, but that is version \(state.version) "
                    + "of user \(state.subject)",
                lsns: header.lsn...header.lsn
            )
        }
        return state
    }

    private func read(_ lsn: LogSequenceNumber) throws(LogError) -> ProfileCache.State {
        let record = try log.read(lsn)
        return ProfileCache.State(
            lsn: lsn,
            subject: record.header.subject,
            version: record.header.version,
            profile: try ProfileEvent.profile(payload: record.payload, of: lsn),
            deleted: record.header.kind == Operation.delete.rawValue
        )
    }
}
