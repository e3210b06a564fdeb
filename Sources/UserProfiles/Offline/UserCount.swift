import LogStorage

/// Counts the users at the end of a log without an index: from what the newest good checkpoint says, and the headers
/// of the records behind it.
package struct UserCount: Sendable, Hashable {
    /// Users ever created.
    package private(set) var users = 0
    package private(set) var live = 0

    package init(_ log: any ReadableLog, checkpoints: any CheckpointSource) throws {
        var first = LogSequenceNumber(1)
        for checkpoint in try checkpoints.storedCheckpoints() where checkpoint.lsn <= log.last.lsn {
            guard let header = Self.header(of: checkpoint) else { continue }
            users = header.users
            live = header.liveUsers
            first = checkpoint.lsn.next
            break
        }
        try log.scan(from: first, through: log.last.lsn, order: .ascending) { header, _ in
            switch Operation(rawValue: header.kind) {
            case .create:
                users += 1
                live += 1
            case .delete: live -= 1
            case .restore:
                let before = try header.previous.map { lsn throws(LogError) in try log.header(lsn).kind }
                if before == Operation.delete.rawValue { live += 1 }
            case .update, nil: break
            }
            return .next
        }
    }

    /// Reads the first block and no more.
    private static func header(of checkpoint: StoredCheckpoint) -> IndexCheckpointHeader? {
        struct Enough: Error {}
        var decoder = IndexCheckpointDecoder()
        do {
            try checkpoint.read { block in
                try decoder.take(block) { _ in }
                throw Enough()
            }
        } catch is Enough {
            return decoder.header.flatMap { $0.position == checkpoint.lsn ? $0 : nil }
        } catch {}
        return nil
    }
}
