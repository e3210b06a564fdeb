import HTTPTransport
import HTTPTypes
import LogStorage
import UserProfiles

/// The handler of the endpoint of backups.
enum BackupHandlers {
    @Sendable static func backup(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let lease = try runtime.backups.begin()
        let type = request.type
        return runtime.search { store in
            guard let files = store.files else { throw Problem(.storageDamaged, "This log has no files.") }
            let backup: LogBackup
            do throws(LogError) {
                backup = try files.backup()
            } catch {
                var problem = Problem(.storageDamaged, "The log cannot be read; the server's log tells more.")
                problem.cause = error.description
                throw problem
            }
            let stream = BackupStream(backup, lease, pool: store.pool, logger: runtime.logger)
            let name = "profiles-\(backup.storeID)-\(backup.lastLSN).tar"
            let disposition = HeaderField("Content-Disposition", "attachment; filename=\"\(name)\"")
            return Response(.ok, type, .stream(stream), fields: [disposition])
        }
    }
}
