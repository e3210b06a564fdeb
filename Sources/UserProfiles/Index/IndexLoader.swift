import LogStorage
import Logging

/// Brings the index up at start: from the newest good checkpoint and the records behind it.
struct IndexLoader {
    let log: any ReadableLog
    let checkpoints: any CheckpointSource
    let logger: Logger

    /// Records between two reports of progress.
    private static let reportInterval: UInt64 = 100_000
    /// Records that are taken in at once: enough for the processor to wait for the memory of all of them together.
    private static let batchRecords = 64

    /// The users at the log's end, and the checkpoint that they come from, if any.
    ///
    /// - Parameter progress: is told how far it has come.
    /// - Throws: ``LogError`` when the log is damaged, contradicts itself, or is shorter than a checkpoint says.
    func load(_ progress: (RecoveryProgress) -> Void) throws(LogError) -> (
        users: UserTable, checkpoint: LogSequenceNumber?
    ) {
        let end = log.last.lsn
        let stored = try checkpoints.storedCheckpoints()
        try checkNothingIsMissing(stored, end)
        progress(RecoveryProgress(phase: .loadingCheckpoint, replayed: .zero, last: end))
        return try load(from: stored, through: end, progress)
    }

    /// The users as they were after the record `end`.
    ///
    /// - Throws: ``LogError`` when the records behind the newest good checkpoint before it are damaged.
    func load(through end: LogSequenceNumber) throws(LogError) -> UserTable {
        let stored = try checkpoints.storedCheckpoints().filter { $0.lsn <= end }
        return try load(from: stored, through: end) { _ in }.users
    }

    private func load(
        from stored: [StoredCheckpoint],
        through end: LogSequenceNumber,
        _ progress: (RecoveryProgress) -> Void
    ) throws(LogError) -> (users: UserTable, checkpoint: LogSequenceNumber?) {
        for checkpoint in stored {
            guard let users = read(checkpoint) else { continue }
            return (try replay(from: users, through: end, progress), checkpoint.lsn)
        }
        return (try replay(from: UserTable(), through: end, progress), nil)
    }

    /// A checkpoint beyond the log's end proves that acknowledged records are gone.
    private func checkNothingIsMissing(
        _ stored: [StoredCheckpoint],
        _ end: LogSequenceNumber
    ) throws(LogError) {
        guard let beyond = stored.first(where: { $0.lsn > end }) else { return }
        throw LogError(
            .damaged,
            "The log ends at record \(end), but a checkpoint covers the records up to \(beyond.lsn)",
            file: beyond.name,
            lsns: end.next...beyond.lsn,
            advice: "Records are missing: restore the data directory from a copy"
        )
    }

    private func read(_ checkpoint: StoredCheckpoint) -> UserTable? {
        var decoder = IndexCheckpointDecoder()
        var users = UserTable()
        do {
            try checkpoint.read { try decoder.take($0) { users.append(page: $0) } }
            let header = try decoder.finish(at: checkpoint.lsn)
            users.position = header.position
            users.time = header.time
            return users
        } catch {
            logger.warning("Checkpoint \(checkpoint.name) cannot be used, so an older one or the log is: \(error)")
            return nil
        }
    }

    private func replay(
        from users: UserTable,
        through end: LogSequenceNumber,
        _ progress: (RecoveryProgress) -> Void
    ) throws(LogError) -> UserTable {
        var replay = IndexReplay(from: users)
        guard users.position < end else { return users }
        var batch: [RecordHeader] = []
        batch.reserveCapacity(Self.batchRecords)
        do {
            try log.scan(from: users.position.next, through: end, order: .ascending) { header, _ in
                batch.append(header)
                if batch.count == Self.batchRecords || header.lsn == end {
                    try replay.take(batch)
                    batch.removeAll(keepingCapacity: true)
                }
                if header.lsn.rawValue % Self.reportInterval == 0 {
                    progress(RecoveryProgress(phase: .replaying, replayed: header.lsn, last: end))
                }
                return .next
            }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.damaged, "The log cannot be replayed: \(error)")
        }
        guard replay.users.position == end else {
            throw LogError(
                .damaged,
                "The replay ended at record \(replay.users.position), the log at \(end)",
                lsns: replay.users.position.next...end
            )
        }
        return replay.users
    }
}
