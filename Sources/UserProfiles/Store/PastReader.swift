import LogStorage

/// Reads the past of single users by following the links from each record to the one before it.
struct PastReader {
    let log: any ReadableLog
    /// Whether its reads may wait.
    var waits = true

    /// Where versions were found before; `nil` to follow the links always.
    var versions: VersionCache?

    /// The record that made the version `version` of the user `id`, whose newest state is `entry`.
    ///
    /// - Throws: ``ProfileError/Code/versionNotFound``.
    func record(_ id: UserID, _ entry: UserEntry, version: ProfileVersion) throws(ProfileError) -> StoredRecord {
        guard version.rawValue >= 1, version <= entry.version else {
            throw .versionNotFound(id, version, newest: entry.version)
        }
        let start = versions?.record(of: id, from: version) ?? (entry.version, entry.lsn)
        if start.version == version { return try read(start.lsn, id, version, entry) }
        let found = try find(id, from: start) { $0.version <= version.rawValue }
        guard let found else { throw broken(id, entry) }
        return try read(found.lsn, id, version, entry)
    }

    /// The record that made the state that the user `id` had after the record `lsn`.
    ///
    /// - Returns: `nil` if there was no such user yet.
    func record(_ id: UserID, _ entry: UserEntry, asOf lsn: LogSequenceNumber) throws(ProfileError) -> StoredRecord? {
        let known = versions?.record(of: id, asOf: lsn, newest: entry.version)
        if let known, known.isExact { return try read(known.lsn, id, known.version, entry) }
        let start = known.map { ($0.version, $0.lsn) } ?? (entry.version, entry.lsn)
        guard let found = try find(id, from: start, { $0.lsn <= lsn }) else { return nil }
        return try read(found.lsn, id, ProfileVersion(found.version), entry)
    }

    /// Follows the links to the first record that `isWanted`, and remembers what is on the way.
    private func find(
        _ id: UserID,
        from start: (version: ProfileVersion, lsn: LogSequenceNumber),
        _ isWanted: (RecordHeader) -> Bool
    ) throws(ProfileError) -> RecordHeader? {
        var visited: [LogSequenceNumber] = []
        var isGapless = true
        let found = try walk(id, from: start.lsn, by: header) { header in
            isGapless = isGapless && header.version + UInt64(visited.count) == start.version.rawValue
            visited.append(header.lsn)
            return isWanted(header)
        }
        if isGapless { versions?.add(id, newest: start.version, visited) }
        return found
    }

    /// The record `lsn`, if it made the version.
    private func read(
        _ lsn: LogSequenceNumber,
        _ id: UserID,
        _ version: ProfileVersion,
        _ entry: UserEntry
    ) throws(ProfileError) -> StoredRecord {
        let record: StoredRecord
        do throws(LogError) { record = try log.read(lsn) } catch { throw .unreadable(error) }
        guard record.header.subject == id.rawValue, record.header.version == version.rawValue else {
            throw broken(id, entry)
        }
        return record
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

    /// The profile that a record holds.
    func profile(of record: StoredRecord) throws(ProfileError) -> Profile {
        do throws(LogError) {
            return try ProfileEvent.profile(payload: record.payload, of: record.header.lsn)
        } catch {
            throw .unreadable(error)
        }
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
