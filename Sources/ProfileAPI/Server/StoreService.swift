import Logging
import LogStorage
import NIOPosix
import ServiceLifecycle
import UserProfiles

/// Opens the store once the port is open, and closes it once no requests come any more.
struct StoreService: Service {
    /// Opens a store; blocks.
    typealias Opening = @Sendable (ProfileStoreConfiguration, Logger, (RecoveryProgress) -> Void) throws -> ProfileStore

    let application: ProfileApplication
    let service: APIService
    let hashing: NIOThreadPool
    /// Yields the port when it is open.
    let listening: AsyncStream<Int>
    /// Yields the port of the metrics, once, whether there is one or not.
    let metricsListening: AsyncStream<Int?>

    private var settings: ServerSettings { application.settings }
    private var logger: Logger { application.logger }

    func run() async throws {
        var ports = listening.makeAsyncIterator()
        var metricsPorts = metricsListening.makeAsyncIterator()
        guard let port = await ports.next(), let metricsPort = await metricsPorts.next() else { return }
        let started = ContinuousClock.now
        let store = try await open()
        service.metrics.recovery.withLock { $0 = started.duration(to: .now) }
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
        let (outcome, directory) = try await hashing.runIfActive { [settings] in
            let outcome = try AccountSetup(settings: settings).run()
            let (list, administrator) = (outcome.list, outcome.administrator)
            return (outcome, try AccountDirectory(list, administrator: administrator, decoyCost: settings.hashCost))
        }
        // The first look at the clocks, with which all later ones are compared.
        try await hashing.runIfActive { store.checkEnvironment() }
        service.open(
            Runtime(
                store: store,
                authenticator: authenticator(directory),
                dataDirectory: settings.dataDirectory,
                segmentBytes: settings.segmentBytes,
                logger: logger,
                backups: service.backups,
                scrub: service.scrub
            )
        )
        let status = store.status
        application.onReady(
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
            requests: application.accountReloads.stream,
            logger: logger
        )
        await withTaskGroup { group in
            group.addTask { await watch.run(since: outcome.stamp) }
            if let scrub = scrub(store) { group.addTask { await scrub.run() } }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    private func authenticator(_ directory: AccountDirectory) -> Authenticator {
        let clock = application.loginClock
        return Authenticator(
            directory: directory,
            hashing: hashing,
            cache: CredentialCache(lifetime: .seconds(settings.loginCacheSeconds), now: clock),
            throttle: LoginThrottle(now: clock)
        )
    }

    /// Nil where it is turned off, and where there are no files.
    private func scrub(_ store: ProfileStore) -> Scrub? {
        guard let files = store.files, settings.scrubBytesPerSecond > 0 else { return nil }
        return Scrub(
            store: store,
            files: files,
            bytesPerSecond: settings.scrubBytesPerSecond,
            interval: .seconds(settings.scrubIntervalSeconds),
            report: service.scrub,
            logger: logger
        )
    }

    /// Opening blocks for as long as the log takes to replay. The threads for hashing have nothing to do until then.
    private func open() async throws -> ProfileStore {
        var log = LogConfiguration(directory: settings.dataDirectory)
        log.segmentBytes = settings.segmentBytes
        log.expectedStoreID = settings.expectedStoreID
        log.companions = settings.companions
        log.acceptsClock = settings.acceptClock
        log.observer = service.metrics
        var configuration = ProfileStoreConfiguration(log: log)
        configuration.recordsPerCheckpoint = settings.recordsPerCheckpoint
        configuration.observer = service.metrics
        configuration.readingThreads = settings.readingThreads
        configuration.pageBytes = settings.maximumPageBytes
        configuration.commit.waitingCommands = settings.commitQueueRecords
        configuration.commit.waitingBytes = settings.commitQueueBytes
        let progressLog = ProgressLog(logger: logger)
        return try await hashing.runIfActive { [configuration] in
            try application.opening(configuration, logger) { progress in
                service.report(progress)
                progressLog.note(progress)
            }
        }
    }
}

/// Writes the progress of a recovery to the log, a line a second; a start that is quicker writes none.
struct ProgressLog: Sendable {
    let logger: Logger
    private let written = Monitor(ContinuousClock.now)

    func note(_ progress: RecoveryProgress) {
        let isDue = written.withLock { written in
            let now = ContinuousClock.now
            guard written.duration(to: now) >= .seconds(1) else { return false }
            written = now
            return true
        }
        guard isDue else { return }
        logger.info(
            "recovery",
            metadata: [
                "phase": .string(progress.phase.rawValue),
                "replayed": .stringConvertible(progress.replayed),
                "last": .stringConvertible(progress.last),
            ]
        )
    }
}
