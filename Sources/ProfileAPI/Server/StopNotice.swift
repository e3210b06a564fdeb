import ServiceLifecycle

/// The first to hear of a stop: from then on the server is not ready, and backups, which can take hours, are broken off.
struct StopNotice: Service {
    let service: APIService
    let backups: BackupGate

    func run() async throws {
        try? await gracefulShutdown()
        service.announceStop()
        backups.stop()
    }
}
