import LogStorage
import Testing

@testable import ProfileAPI

/// What runs at the same time in a server with many clients; the thread sanitizer watches it.
@Suite("Everything at once over HTTP")
struct HTTPConcurrencyTests {
    private static let users = 1...4

    @Test(
        "Reads, changes, logins, other accounts, metrics and the stop of the server do not get into each other's way",
        .timeLimit(.minutes(5))
    )
    func everythingAtOnce() async throws {
        let changes = AcknowledgedChanges()
        let lastClients = Monitor<[Task<Void, Never>]>([])
        try await TemporaryFolder.with { folder in
            // With checkpoints while requests come.
            try await TestServer.run(directory: folder, { $0.recordsPerCheckpoint = 100 }) { server in
                let clients = ConcurrentClients(server: server, users: Self.users, changes: changes)
                try await clients.createUsers()
                try await clients.doEverything()
                try await clients.checkCurrentVersions()
                try await clients.checkAllVersions()
                // Left, and so the server told to stop, while each of them has a request on its way.
                let tasks = clients.changeUntilTheEnd()
                lastClients.withLock { $0 = tasks }
                try await changes.wait(for: changes.count + 4 * tasks.count)
            }
            for task in lastClients.withLock({ $0 }) { await task.value }
            try await TestServer.run(directory: folder) { server in
                let clients = ConcurrentClients(server: server, users: Self.users, changes: changes)
                try await clients.checkAllVersions()
                for user in Self.users {
                    let version = try #require(try await server.send("GET", "/users/\(user)").integer("user.version"))
                    // Each client may have had a change on its way whose answer did not come any more.
                    let last = changes.last(of: user)
                    #expect((last...(last + ConcurrentClients.Decoder.allCases.count)).contains(version))
                }
            }
        }
    }
}
