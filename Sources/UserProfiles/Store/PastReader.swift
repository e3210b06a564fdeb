import LogStorage

/// Reads the past of single users by following the links from each record to the one before it.
struct PastReader {
    let log: any ReadableLog
    /// Whether its reads may wait.
    var waits = true

    /// The record that made the version `version` of the user `id`, whose newest state is `entry`.
    ///
    /// - Throws: ``ProfileError/Code/versionNotFound``.
    func header(_ id: UserID, _ entry: UserEntry, version: ProfileVersion) throws(ProfileError) -> RecordHeader {
        guard version.rawValue >= 1, version <= entry.version else {
            throw .versionNotFound(id, version, newest: entry.version)
        }
        let found = try walk(id, from: entry.lsn, by: header) { $0.version <= version.rawValue }
        guard let found, found.version == version.rawValue else { throw broken(id, entry) }
        return found
    }

    /// The record that made the state that the user `id` had after the record `lsn`.
    ///
    /// - Parameter reads: counts the records that were looked at.
    /// - Returns: `nil` if there was no such user yet.
    func header(
        _ id: UserID,
        _ entry: UserEntry,
        asOf lsn: LogSequenceNumber,
        reads: inout Int
    ) throws(ProfileError) -> RecordHeader? {
        var count = 0
        let found = try walk(id, from: entry.lsn, by: header) { header in
            count += 1
            return header.lsn <= lsn
        }
        reads += count
        return found
    }

    /// The first record from `start` backwards that `isWanted`; `nil` when the user's history has none.
    func walk(
        _ id: UserID,
        from start: LogSequenceNumber,
        by header: (LogSequenceNumber) throws(ProfileError) -> RecordHeader,
        until isWanted: (RecordHeader) throws(ProfileError) -> Bool
    ) throws(ProfileError) -> RecordHeader? {
        var next: LogSequenceNumber? = start
        while let lsn = next {
            let header = try header(lsn)
            guard header.subject == id.rawValue, (header.previous ?? .zero) < lsn else {
                throw .unreadable(
                    LogError(.damaged, "The history of user \(id) leads to another record", lsns: lsn...lsn)
                )
            }
            if try isWanted(header) { return header }
            next = header.previous
        }
        return nil
    }

    /// The user as the record of `header` has it.
    func user(_ header: RecordHeader, createdAt: LogTimestamp) throws(ProfileError) -> User {
        User(header, createdAt: createdAt, try profile(header.lsn))
    }

    /// The profile that the record `lsn` holds.
    func profile(_ lsn: LogSequenceNumber) throws(ProfileError) -> Profile {
        do throws(LogError) {
            return try ProfileEvent.profile(payload: try log.read(lsn).payload, of: lsn)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The header of the record `lsn`.
    func header(_ lsn: LogSequenceNumber) throws(ProfileError) -> RecordHeader {
        do throws(LogError) { return try log.header(lsn) } catch { throw .unreadable(error) }
    }

    private func broken(_ id: UserID, _ entry: UserEntry) -> ProfileError {
        .unreadable(LogError(.damaged, "The history of user \(id) has a gap", lsns: entry.lsn...entry.lsn))
    }
}
