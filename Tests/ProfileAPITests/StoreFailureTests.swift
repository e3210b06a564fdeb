import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import ProfileAPI

/// What callers see when the log fails under the server.
@Suite struct StoreFailureTests {
    private let log = MemoryLog()
    private let ada = #"{"name":"Ада","email":"ada@example.com"}"#

    /// Runs a server over a log in memory that a test can make fail.
    private func run(
        commit: CommitQueueLimits = CommitQueueLimits(),
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let log = log
        try await TestServer.run(
            opening: { configuration, logger, progress in
                var configuration = configuration
                configuration.commit = commit
                return try ProfileStore.open(
                    configuration,
                    log: log,
                    checkpoints: log,
                    logger: logger,
                    progress: progress
                )
            },
            { _ in },
            body
        )
    }

    @Test func afterAFailedSyncReadsGoOnAndWritesAre503() async throws {
        let (log, ada) = (log, ada)
        try await run { server in
            #expect(try await server.send("POST", "/users", json: ada).status == 201)
            log.failAppends(LogError(.poisoned, "a write to the log failed"))
            for (method, path) in [("POST", "/users"), ("PUT", "/users/1"), ("DELETE", "/users/1")] {
                let json = method == "DELETE" ? nil : #"{"name":"B","email":"b@example.com"}"#
                let reply = try await server.send(method, path, json: json)
                #expect(reply.status == 503, "\(method)")
                #expect(reply.problem == "read-only")
            }
            // Even when the disk would work again: nothing is trusted until a new start.
            log.failAppends(nil)
            #expect(try await server.send("PUT", "/users/1", json: ada).status == 503)
            #expect(try await server.send("GET", "/users/1").string("user.name") == "Ада")
            #expect(try await server.send("GET", "/audit").status == 200)
            #expect(try await server.send("GET", "/health").status == 200)
            #expect(try await server.send("GET", "/health/ready", as: nil).status == 200)
        }
    }

    @Test func aFullDiskIs507UntilThereIsRoomAgain() async throws {
        let (log, ada) = (log, ada)
        try await run { server in
            log.failAppends(LogError(.diskFull, "no room"))
            let refused = try await server.send("POST", "/users", json: ada)
            #expect(refused.status == 507)
            #expect(refused.problem == "disk-full")
            #expect(try await server.send("GET", "/users").status == 200)
            #expect(try await server.send("GET", "/admin/status").text.contains(#""disk_full":true"#))
            let readiness = try await server.send("GET", "/health/ready", as: nil)
            #expect(readiness.status == 200 && readiness.text.contains(#""reasons":["disk-full"]"#))
            log.failAppends(nil)
            #expect(try await server.send("POST", "/users", json: ada).integer("user.id") == 1)
            #expect(try await server.send("GET", "/admin/status").text.contains(#""disk_full":false"#))
            #expect(try await server.send("GET", "/health/ready", as: nil).text.contains(#""status":"ready""#))
        }
    }

    @Test func moreWritesThanTheQueueTakesAre503WithRetryAfter() async throws {
        let (log, gate) = (log, Gate())
        var limits = CommitQueueLimits()
        limits.waitingCommands = 2
        try await run(commit: limits) { server in
            log.beforeAppend { gate.pass() }
            try await withThrowingTaskGroup(of: Reply.self) { group in
                func write(_ number: Int) {
                    group.addTask {
                        try await server.send(
                            "POST",
                            "/users",
                            json: #"{"name":"Ж\#(number)","email":"e\#(number)@example.com"}"#
                        )
                    }
                }
                write(0)
                await gate.reached()
                for number in 1...8 { write(number) }
                // One is being committed and two wait: the others are told at once.
                for _ in 0..<6 {
                    let reply = try #require(try await group.next())
                    #expect(reply.status == 503)
                    #expect(reply.problem == "overloaded")
                    #expect(reply.header("Retry-After") == "1")
                }
                gate.open()
                for try await reply in group { #expect(reply.status == 201) }
            }
            #expect(try await server.send("GET", "/admin/status").integer("records") == 3)
        }
    }

    @Test func aRecordThatCannotBeReadIsNamedAsTheStoresFault() async throws {
        let (log, ada) = (log, ada)
        try await run { server in
            try await server.create("Ада", "ada@example.com")
            log.failReads(LogError(.damaged, "the frame's checksum is wrong", file: "wal/x", offset: 7))
            let reply = try await server.send("GET", "/users/1")
            #expect(reply.status == 500)
            #expect(reply.problem == "storage-damaged")
            log.failReads(nil)
            #expect(try await server.send("PUT", "/users/1", json: ada).status == 200)
        }
    }
}
