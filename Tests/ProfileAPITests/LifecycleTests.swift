import LogStorage
import ServiceLifecycle
import TestSupport
import Testing
import UserProfiles

@testable import ProfileAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct LifecycleTests {
    private func settings(_ folder: String) throws -> ServerSettings {
        var settings = ServerSettings()
        settings.port = 0
        settings.dataDirectory = folder
        settings.segmentBytes = 1 << 20
        settings.metricsPort = nil
        settings.adminPassword = SecretText(TestServer.password)
        settings.hashCost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        return settings
    }

    @Test func whileTheLogIsReadOnlyHealthAndDocumentationAnswer() async throws {
        try await TemporaryFolder.with { folder in
            let (listening, ready) = (AsyncStream.makeStream(of: Int.self), AsyncStream.makeStream(of: Int.self))
            let gate = Gate()
            var application = ProfileApplication(
                settings: try settings(folder),
                logger: TestServer.quietLogger,
                onListening: { listening.continuation.yield($0) },
                onReady: { ready.continuation.yield($0.port) }
            )
            application.opening = { configuration, logger, progress in
                progress(
                    RecoveryProgress(
                        phase: .replaying,
                        replayed: LogSequenceNumber(40),
                        last: LogSequenceNumber(100)
                    )
                )
                gate.pass()
                return try ProfileStore.open(configuration, logger: logger, progress: progress)
            }
            let group = ServiceGroup(
                configuration: .init(services: [.init(service: application)], logger: TestServer.quietLogger)
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var ports = listening.stream.makeAsyncIterator()
                let port = try #require(await ports.next())
                let server = TestServer(port: port, dataDirectory: folder)
                #expect(try await server.send("GET", "/health", as: nil).status == 200)
                var readiness = try await server.send("GET", "/health/ready", as: nil)
                while readiness.integer("replayed") == nil {
                    readiness = try await server.send("GET", "/health/ready", as: nil)
                }
                #expect(readiness.status == 503)
                #expect(readiness.problem == "recovering")
                #expect(readiness.string("phase") == "replaying the log")
                #expect(readiness.integer("replayed") == 40)
                #expect(readiness.integer("last") == 100)
                #expect(readiness.header("Retry-After") == "1")
                #expect(try await server.send("GET", "/docs", as: nil).status == 200)
                let users = try await server.send("GET", "/users")
                #expect(users.status == 503)
                #expect(users.header("Retry-After") == "1")
                gate.open()
                var readies = ready.stream.makeAsyncIterator()
                _ = await readies.next()
                let after = try await server.send("GET", "/health/ready", as: nil)
                #expect(after.status == 200)
                #expect(after.integer("last_lsn") == 0)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    @Test func whatWasAcknowledgedIsThereAfterARestart() async throws {
        try await TemporaryFolder.with { folder in
            try await TestServer.run(directory: folder) { server in
                try await server.create("Ελένη", "eleni@example.com")
                try await server.send("PATCH", "/users/1", json: #"{"name":"Елена"}"#).expect(200)
                let checkpoint = try await server.send("POST", "/admin/checkpoint")
                #expect(checkpoint.status == 200)
                #expect(checkpoint.integer("checkpoint.lsn") == 2)
                try await server.send("DELETE", "/users/1").expect(200)
            }
            try await TestServer.run(directory: folder) { server in
                #expect(try await server.send("GET", "/users/1").problem == "deleted")
                #expect(try await server.send("GET", "/users/1?version=2").string("user.name") == "Елена")
                let status = try await server.send("GET", "/admin/status")
                #expect(status.integer("records") == 3)
                #expect(status.integer("deleted_users") == 1)
                #expect(status.integer("checkpoint_lsn") == 3)
            }
        }
    }

    @Test func requestsUnderWayAreFinishedBeforeTheServerStops() async throws {
        try await TemporaryFolder.with { folder in
            try await TestServer.run(directory: folder) { server in
                try await withThrowingTaskGroup(of: Int?.self) { group in
                    for number in 0..<64 {
                        group.addTask {
                            let reply = try? await server.send(
                                "POST",
                                "/users",
                                json: #"{"name":"n","email":"n\#(number)@example.com"}"#
                            )
                            return reply?.integer("user.id")
                        }
                    }
                    for try await id in group { #expect(id != nil) }
                }
            }
            try await TestServer.run(directory: folder) { server in
                let status = try await server.send("GET", "/admin/status")
                #expect(status.integer("live_users") == 64)
            }
        }
    }

    /// Larger than what the system's buffers take, so that most of it is still with the server when that is to stop.
    @Test func anAnswerOnItsWayIsSentWholeWhenTheServerStops() async throws {
        let started = AsyncStream.makeStream(of: Void.self)
        let client = Monitor<Task<Int, any Error>?>(nil)
        try await TestServer.run({ $0.maximumPageBytes = 1 << 30 }) { server in
            let text = String(repeating: "ж", count: 15_000)
            for number in 0..<500 {
                try await server.create("N\(number)", "n\(number)@example.com", attributes: #"{"t":"\#(text)"}"#)
            }
            let task = Task {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(TestServer.request("GET", "/users?limit=500"))
                    try await connection.awaitFirstBytes()
                    started.continuation.yield()
                    try await Task.sleep(for: .milliseconds(300))
                    return try await connection.reply().body.count
                }
            }
            client.withLock { $0 = task }
            for await _ in started.stream { break }
        }
        let task = try #require(client.withLock { $0 })
        #expect(try await task.value > 15_000_000)
    }

    @Test func aStartThatCannotBeSaysWhyInOneLine() async throws {
        try await TemporaryFolder.with { folder in
            @Sendable func message(_ settings: ServerSettings) async -> String {
                do {
                    try await TestServer.serve(settings) { _ in Issue.record("the server started") }
                    return ""
                } catch {
                    return "\(error)"
                }
            }
            var blocked = try settings(folder + "/file/data")
            try PrivateFile(path: folder + "/file").replace(with: [1])
            #expect(await message(blocked).contains(folder + "/file"))

            blocked = try settings(folder + "/accounts")
            for name in ["accounts", "store"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)",
                    withIntermediateDirectories: true
                )
            }
            try PrivateFile(path: folder + "/accounts/accounts.json").replace(with: Array("{".utf8))
            #expect(await message(blocked).contains("accounts.json"))

            try await TestServer.run(directory: folder + "/store") { server in
                let taken = try self.settings(server.dataDirectory)
                let locked = await message(taken)
                #expect(locked.contains(server.dataDirectory))
                #expect(!locked.contains("\n"))
                var samePort = try self.settings(folder + "/other")
                samePort.port = server.port
                #expect(await message(samePort).contains("port \(server.port) of 127.0.0.1 is in use"))
            }
        }
    }

    @Test func tooManyFailedLoginsAre429WithRetryAfter() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("GET", "/users", as: .reader).status == 200)
            for number in 0..<10 {
                let header = TestServer.basic("admin", "guess \(number)")
                let reply = try await server.send("GET", "/users", as: nil, headers: [("Authorization", header)])
                #expect(reply.status == 401)
            }
            let refused = try await server.send("GET", "/users", as: .admin)
            #expect(refused.status == 429)
            #expect(refused.problem == "too-many-logins")
            #expect(refused.header("Retry-After") == "10")
            #expect(try await server.send("GET", "/users", as: .reader).status == 200)
        }
    }
}
