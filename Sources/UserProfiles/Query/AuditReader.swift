import LogStorage

/// Makes audit entries of records.
///
/// Most records of a history are read for two entries, their own and the next one's changes: what was read last is kept.
final class AuditReader {
    /// A record and what its payload says.
    private struct Change {
        let header: RecordHeader
        let event: ProfileEvent
    }

    /// Records kept: enough for the whole history of most users.
    static let maximumKept = 128
    /// Bytes of profiles kept, about.
    private static let maximumKeptBytes = 4 << 20

    let log: any ReadableLog
    private var kept: [LogSequenceNumber: Change] = [:]
    private var keptBytes = 0

    init(log: any ReadableLog) {
        self.log = log
    }

    /// The entry of the record `lsn`, with what it changed.
    func entry(_ lsn: LogSequenceNumber) throws(ProfileError) -> AuditEntry {
        var bytes = 0
        return try entry(lsn, adding: &bytes)
    }

    /// The same.
    ///
    /// - Parameter bytes: grows by those of the profiles after and before the change.
    func entry(_ lsn: LogSequenceNumber, adding bytes: inout Int) throws(ProfileError) -> AuditEntry {
        do throws(LogError) {
            let change = try change(lsn)
            bytes += change.event.profile.byteCount
            let before = try change.header.previous.map { lsn throws(LogError) in
                let change = try self.change(lsn)
                bytes += change.event.profile.byteCount
                return (change.event.profile, change.header.kind == Operation.delete.rawValue)
            }
            return try Self.entry(change.header, change.event, before: before)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The header of the record `lsn`, whose entry will be wanted.
    func header(_ lsn: LogSequenceNumber) throws(ProfileError) -> RecordHeader {
        do throws(LogError) { return try change(lsn).header } catch { throw .unreadable(error) }
    }

    /// Keeps a record that a scan has met and whose entry will be wanted.
    func keep(_ header: RecordHeader, payload: () throws(LogError) -> [UInt8]) throws(LogError) {
        if kept[header.lsn] == nil {
            keep(Change(header: header, event: try ProfileEvent(payload: payload(), of: header.lsn)))
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
            return ExactText.equal(try change(lsn).event.context.actor, actor)
        } catch {
            throw .unreadable(error)
        }
    }

    private func change(_ lsn: LogSequenceNumber) throws(LogError) -> Change {
        if let change = kept[lsn] { return change }
        let record = try log.read(lsn)
        let change = Change(header: record.header, event: try ProfileEvent(payload: record.payload, of: lsn))
        keep(change)
        return change
    }

    private func keep(_ change: Change) {
        if kept.count >= Self.maximumKept || keptBytes >= Self.maximumKeptBytes {
            kept.removeAll()
            keptBytes = 0
        }
        kept[change.header.lsn] = change
        keptBytes += change.event.profile.byteCount
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
