import HTTPTypes
import LogStorage
import ServiceLifecycle
import TestSupport
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite("Readiness")
struct ReadinessTests {
    @Test(
        "A store that answers reads is ready, and each thing that it cannot do or lacks is a reason for being degraded"
    )
    func reasons() async throws {
        let log = MemoryLog()
        let store = try ProfileStore.open(
            ProfileStoreConfiguration(log: LogConfiguration(directory: "/nowhere")),
            log: log,
            checkpoints: log,
            logger: TestServer.quietLogger
        )
        var status = store.status
        await store.close()
        #expect(Readiness(status, hasRoom: true, findings: 0).reasons == [])
        #expect(Readiness(status, hasRoom: false, findings: 0).reasons == [.diskNearlyFull])
        #expect(Readiness(status, hasRoom: true, findings: 1).reasons == [.damaged])
        status.diskFull = true
        #expect(Readiness(status, hasRoom: true, findings: 0).reasons == [.diskFull])
        #expect(Readiness(status, hasRoom: false, findings: 0).reasons == [.diskFull])
        status.poisoned = "sync failed"
        status.readDamage = ["a damaged frame"]
        #expect(Readiness(status, hasRoom: true, findings: 0).reasons == [.readOnly, .diskFull, .damaged])
    }

    @Test("After a failed sync the server answers reads, so it is ready, and shows why it is degraded")
    func poisoned() async throws {
        let log = MemoryLog()
        try await TestServer.run(opening: { configuration, logger, progress in
            try ProfileStore.open(configuration, log: log, checkpoints: log, logger: logger, progress: progress)
        }) { server in
            #expect(try await server.metric("profiles_poisoned") == 0)
            log.failAppends(LogError(.poisoned, "a write to the log failed"))
            _ = try await server.send("POST", "/users", json: #"{"name":"A","email":"a@example.com"}"#)
            #expect(try await server.send("GET", "/health", as: nil).status == 200)
            let readiness = try await server.send("GET", "/health/ready", as: nil)
            #expect(readiness.status == 200)
            #expect(readiness.text == #"{"status":"degraded","reasons":["read-only"],"last_lsn":0}"#)
            #expect(try await server.metric("profiles_poisoned") == 1)
            #expect(try await server.metric("profiles_ready") == 1)
            #expect(try await server.metric(#"profiles_degraded{reason="read-only"}"#) == 1)
            #expect(try await server.metric(#"profiles_degraded{reason="disk-full"}"#) == 0)
            // There is no file to be backed up under this log.
            #expect(try await server.send("GET", "/admin/backup").problem == "storage-damaged")
        }
    }

    @Test("From the moment it is asked to stop a server is not ready, while requests under way are answered")
    func stopping() async throws {
        try await TemporaryFolder.with { folder in
            let (log, gate) = (MemoryLog(), Gate())
            log.beforeAppend { gate.pass() }
            var settings = ServerSettings()
            settings.port = 0
            settings.metricsPort = 0
            settings.dataDirectory = folder
            settings.adminPassword = SecretText(TestServer.password)
            settings.hashCost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
            let ready = AsyncStream.makeStream(of: ReadyReport.self)
            var application = ProfileApplication(
                settings: settings,
                logger: TestServer.quietLogger,
                onReady: { ready.continuation.yield($0) }
            )
            application.opening = { configuration, logger, progress in
                try ProfileStore.open(configuration, log: log, checkpoints: log, logger: logger, progress: progress)
            }
            let group = ServiceGroup(
                configuration: .init(services: [.init(service: application)], logger: TestServer.quietLogger)
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var reports = ready.stream.makeAsyncIterator()
                let report = try #require(await reports.next())
                let server = TestServer(port: report.port, dataDirectory: folder, metricsPort: report.metricsPort)
                try await Connection.open(port: report.port) { connection in
                    let write = TestServer.request("POST", "/users", json: #"{"name":"A","email":"a@example.com"}"#)
                    try await connection.send(write + TestServer.request("GET", "/health/ready", as: nil))
                    await gate.reached()
                    await group.triggerGracefulShutdown()
                    try await server.waitForMetric("profiles_ready", 0)
                    gate.open()
                    #expect(try await connection.reply().status == 201)
                    let readiness = try await connection.reply()
                    #expect(readiness.status == 503)
                    #expect(readiness.problem == "stopping")
                }
                try await tasks.waitForAll()
            }
        }
    }
}
