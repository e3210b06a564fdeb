import Logging
import LogStorage
import NIOPosix
import ServiceLifecycle
import UserProfiles

/// Opens the store once the port is open, and closes it once no requests come any more.
struct StoreService: Service {
    /// Opens a store; blocks.
    typealias Opening =
        @Sendable (
            ProfileStoreConfiguration,
            Logger,
            (RecoveryProgress) -> Void
        ) throws -> ProfileStore

    let settings: ServerSettings
    let service: APIService
    let hashing: NIOThreadPool
    /// Yields the port when it is open.
    let listening: AsyncStream<Int>
    /// Yields the port of the metrics, once, whether there is one or not.
    let metricsListening: AsyncStream<Int?>
    let metrics: ServerMetrics
    let backups: BackupGate
    let scrub: ScrubReport
    let onReady: @Sendable (ReadyReport) -> Void
    let opening: Opening
    let loginClock: @Sendable () -> Duration
    /// Yields when the accounts are to be read again.
    let reloads: AsyncStream<Void>
    let logger: Logger

    func run() async throws {
        var ports = listening.makeAsyncIterator()
        var metricsPorts = metricsListening.makeAsyncIterator()
        guard let port = await ports.next(), let metricsPort = await metricsPorts.next() else { return }
        let started = ContinuousClock.now
        let store = try await open()
        metrics.recovery.withLock { $0 = started.duration(to: .now) }
        do {
            try await serve(store, port: port, metricsPort: metricsPort)
        } catch {
            await store.close()
            throw error
        }
        service.stop()
        logger.info("closing the store")
        await store.close()
    }

    private func serve(_ store: ProfileStore, port: Int, metricsPort: Int?) async throws {
        let setup = AccountSetup(settings: settings)
        let outcome = try await hashing.runIfActive { try setup.run() }
        let cost = settings.hashCost
        let directory = try await hashing.runIfActive {
            try AccountDirectory(outcome.list, administrator: outcome.administrator, decoyCost: cost)
        }
        let authenticator = Authenticator(
            directory: directory,
            hashing: hashing,
            cache: CredentialCache(lifetime: .seconds(settings.loginCacheSeconds), now: loginClock),
            throttle: LoginThrottle(now: loginClock)
        )
        // The first look at the clocks, with which all later ones are compared.
        try await hashing.runIfActive { store.checkEnvironment() }
        service.open(
            Runtime(
                store: store,
                authenticator: authenticator,
                dataDirectory: settings.dataDirectory,
                segmentBytes: settings.segmentBytes,
                logger: logger,
                backups: backups,
                scrub: scrub
            )
        )
        let status = store.status
        onReady(
            ReadyReport(
                port: port,
                metricsPort: metricsPort,
                records: status.records,
                liveUsers: status.liveUsers,
                verifiedFrom: status.verifiedFrom.rawValue,
                generatedAdmin: outcome.generated
            )
        )
        logger.info(
            "the start has verified the end of the log; the scrub reads the records before it",
            metadata: ["verified_from_lsn": "\(status.verifiedFrom)", "last_lsn": "\(status.lastLSN)"]
        )
        let watch = AccountWatch(
            file: AccountFile(path: settings.accountsPath),
            directory: directory,
            pool: .singleton,
            requests: reloads,
            logger: logger
        )
        await withTaskGroup { group in
            group.addTask { await watch.run(since: outcome.stamp) }
            if let files = store.files, let pace = ScrubPace(settings) {
                let scrub = Scrub(
                    store: store,
                    files: files,
                    pace: pace,
                    pool: .singleton,
                    report: scrub,
                    logger: logger
                )
                group.addTask { await scrub.run() }
            }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    /// Opening blocks for as long as the log takes to replay. The threads for hashing have nothing to do until then.
    private func open() async throws -> ProfileStore {
        var log = LogConfiguration(directory: settings.dataDirectory)
        log.segmentBytes = settings.segmentBytes
        log.expectedStoreID = settings.expectedStoreID
        log.companions = settings.companions
        log.acceptsClock = settings.acceptClock
        log.observer = metrics.store
        var configuration = ProfileStoreConfiguration(log: log)
        configuration.recordsPerCheckpoint = settings.recordsPerCheckpoint
        configuration.observer = metrics.store
        configuration.readingThreads = settings.readingThreads
        configuration.pageBytes = settings.maximumPageBytes
        configuration.commit.waitingCommands = settings.commitQueueRecords
        configuration.commit.waitingBytes = settings.commitQueueBytes
        let (service, logger, opening) = (service, logger, opening)
        let progressLog = ProgressLog(logger: logger)
        return try await hashing.runIfActive { [configuration] in
            try opening(configuration, logger) { progress in
                service.report(progress)
                progressLog.note(progress)
            }
        }
    }
}
