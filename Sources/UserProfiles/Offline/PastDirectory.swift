package import LogStorage
import Logging

/// All users as they were after one record of a log. Any number of threads may read from it.
package struct PastDirectory: Sendable {
    private let log: any ReadableLog
    private let users: UserTable

    /// Brings the index up as it was after the record `lsn`. Takes the newest good checkpoint before it for a start.
    package init(
        _ log: any ReadableLog,
        checkpoints: any CheckpointSource,
        at lsn: LogSequenceNumber
    ) throws(LogError) {
        let logger = Logger(label: "profiles") { _ in SwiftLogNoOpLogHandler() }
        self.log = log
        users = try IndexLoader(log: log, checkpoints: checkpoints, logger: logger).load(through: lsn)
    }

    /// Users ever created; the highest id.
    package var count: Int { users.count }

    package var liveCount: Int { users.liveCount }

    /// The user `id`, unless deleted or unknown.
    package func liveUser(_ id: UserID) throws(LogError) -> User? {
        guard let entry = users.entry(id), !entry.deleted else { return nil }
        let profile = try ProfileEvent.profile(payload: try log.read(entry.lsn).payload, of: entry.lsn)
        return User(id, entry, profile)
    }
}
