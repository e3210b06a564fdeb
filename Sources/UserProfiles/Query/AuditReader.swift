import LogStorage

/// Makes audit entries of records.
struct AuditReader {
    let log: any ReadableLog

    /// The entry of the record `lsn`, with what it changed.
    func entry(_ lsn: LogSequenceNumber) throws(ProfileError) -> AuditEntry {
        do throws(LogError) {
            let record = try log.read(lsn)
            let event = try ProfileEvent(payload: record.payload, of: lsn)
            return try Self.entry(record.header, event, before: try record.header.previous.map(state))
        } catch {
            throw .unreadable(error)
        }
    }

    /// The last record before `time`; `.zero` if there is none.
    func lastLSN(before time: LogTimestamp) throws(ProfileError) -> LogSequenceNumber {
        do throws(LogError) {
            return try log.lastLSN(atOrBefore: time.advanced(byMicroseconds: -1))
        } catch {
            throw .unreadable(error)
        }
    }

    /// Whether `actor` made the change of the record `lsn`; `nil` stands for anyone.
    func isActor(_ actor: String?, of lsn: LogSequenceNumber) throws(ProfileError) -> Bool {
        guard let actor else { return true }
        do throws(LogError) {
            return try isActor(actor, payload: try log.read(lsn).payload, of: lsn)
        } catch {
            throw .unreadable(error)
        }
    }

    /// Whether `actor` stands in a payload: two actors may have one tag.
    func isActor(_ actor: String, payload: [UInt8], of lsn: LogSequenceNumber) throws(LogError) -> Bool {
        ExactText.equal(try ProfileEvent(payload: payload, of: lsn).context.actor, actor)
    }

    private func state(_ lsn: LogSequenceNumber) throws(LogError) -> (profile: Profile, deleted: Bool) {
        let record = try log.read(lsn)
        let profile = try ProfileEvent.profile(payload: record.payload, of: lsn)
        return (profile, record.header.kind == Operation.delete.rawValue)
    }

    /// The entry of a record whose payload says `event`, the user's state having been `before`.
    static func entry(
        _ header: RecordHeader,
        _ event: ProfileEvent,
        before: (profile: Profile, deleted: Bool)?
    ) throws(LogError) -> AuditEntry {
        guard let operation = Operation(rawValue: header.kind) else {
            throw LogError(.unsupportedFormat, "A record is of an unknown kind", lsns: header.lsn...header.lsn)
        }
        let deleted = operation == .delete
        return AuditEntry(
            lsn: header.lsn,
            userID: UserID(header.subject),
            version: ProfileVersion(header.version),
            operation: operation,
            timestamp: header.time,
            actor: event.context.actor,
            reason: event.context.reason,
            requestID: event.context.requestID,
            sourceIP: event.context.sourceIP,
            profile: event.profile,
            deleted: deleted,
            changes: ProfileDiff.changes(from: before, to: (event.profile, deleted)),
            restoredFrom: event.restoredFrom
        )
    }
}
