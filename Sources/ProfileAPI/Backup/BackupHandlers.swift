import HTTPTypes
import LogStorage
import UserProfiles

/// What answers the endpoint of backups.
enum BackupHandlers {
    @Sendable static func backup(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let lease = try runtime.backups.begin()
        let backup = try await runtime.read { store in
            guard let files = store.files else { throw Problem(.storageDamaged, "This log has no files.") }
            do throws(LogError) {
                return try files.backup()
            } catch {
                var problem = Problem(.storageDamaged, "The log cannot be read; the server's log tells more.")
                problem.cause = error.description
                throw problem
            }
        }
        let stream = BackupStream(backup, lease, reading: runtime.reading, logger: runtime.logger)
        let name = "profiles-\(backup.storeID)-\(backup.lastLSN).tar"
        return Answer(.ok, .tar, stream, headers: [.contentDisposition: "attachment; filename=\"\(name)\""])
    }
}
