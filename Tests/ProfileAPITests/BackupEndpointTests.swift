import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite("GET /admin/backup")
struct BackupEndpointTests {
    private static let brokenOff = #"profiles_backups_total{outcome="broken_off"}"#

    /// An archive's files, read by the letter of the format.
    private static func files(_ archive: [UInt8]) throws -> [(name: String, bytes: [UInt8])] {
        var files: [(String, [UInt8])] = []
        var rest = archive[...]
        while let header = rest.prefix(512) as ArraySlice<UInt8>?, header.count == 512,
            header.contains(where: { $0 != 0 })
        {
            let fields = Array(header)
            let name = String(decoding: fields[..<100].prefix { $0 != 0 }, as: UTF8.self)
            let size = try #require(Int(String(decoding: fields[124..<135], as: UTF8.self), radix: 8))
            rest = rest.dropFirst(512)
            if fields[156] == UInt8(ascii: "0") { files.append((name, Array(rest.prefix(size)))) }
            rest = rest.dropFirst((size + 511) / 512 * 512)
        }
        #expect(rest.count == 1_024 && rest.allSatisfy { $0 == 0 }, "two empty blocks end an archive")
        return files
    }

    /// Runs a server over a store that no buffer of the system takes.
    private static func withLargeStore(
        _ configure: (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        try await LargeStore.make(in: directory.path, mebibytes: 24)
        try await TestServer.run(directory: directory.path, configure, body)
    }

    @Test("It is an archive of exactly the announced size, with the files of the store in it")
    func archive() async throws {
        try await TestServer.run { server in
            for number in 1...20 { try await server.create("Зоя", "zoe\(number)@example.com") }
            _ = try await server.send("POST", "/admin/checkpoint")
            try await server.create("Last", "last@example.com")
            let reply = try await server.send("GET", "/admin/backup")
            #expect(reply.status == 200)
            #expect(reply.header("Content-Type") == "application/x-tar")
            #expect(reply.header("Content-Disposition")?.hasSuffix("-21.tar\"") == true)
            #expect(reply.header("Cache-Control") == "no-store")
            let files = try Self.files(reply.body)
            #expect(
                files.map(\.name) == [
                    "checkpoints/00000000000000000020.checkpoint", "wal/00000000000000000001.wal", "store.json",
                ]
            )
            let head = try await server.send("HEAD", "/admin/backup")
            #expect(head.header("Content-Length") == "\(reply.body.count)")
            let accept = [("Accept", "application/octet-stream")]
            let binary = try await server.send("HEAD", "/admin/backup", headers: accept)
            #expect(binary.header("Content-Type") == "application/octet-stream")
            // A HEAD gives its turn back as well.
            for _ in 0..<3 { #expect(try await server.send("HEAD", "/admin/backup").status == 200) }
            let directory = try TemporaryDirectory()
            let disk = PosixFileSystem()
            for folder in ["wal", "checkpoints"] { try disk.makeDirectory(directory.appending(folder)) }
            for (name, bytes) in files {
                try disk.open(directory.appending(name), .createOrEmpty).writeFully(bytes, at: 0)
            }
            let store = try ProfileStore.open(
                ProfileStoreConfiguration(log: LogConfiguration(directory: directory.path)),
                logger: TestServer.quietLogger
            )
            #expect(store.status.records == 21)
            #expect(try store.user(UserID(21)).profile.name == "Last")
            await store.close()
        }
    }

    @Test("A client that does not read holds nobody up, at most two run at once, and one that goes away is forgotten")
    func slowClients() async throws {
        try await Self.withLargeStore { server in
            try await Connection.open(port: server.port) { first in
                try await Connection.open(port: server.port) { second in
                    for client in [first, second] {
                        try await client.send(TestServer.request("GET", "/admin/backup"))
                        try await client.awaitFirstBytes()
                    }
                    let refused = try await server.send("GET", "/admin/backup")
                    #expect(refused.status == 503)
                    #expect(refused.problem == "overloaded")
                    #expect(refused.header("Retry-After") != nil)
                    // Both stand still, and everything else goes on.
                    for number in 1...20 { try await server.create("W", "w\(number)@example.com") }
                    #expect(try await server.send("GET", "/users?limit=5").status == 200)
                    let whole = try await second.reply()
                    #expect(try Self.files(whole.body).count == 3)
                }
            }
            // The first one has hung up.
            try await server.waitForMetric("profiles_backups_running", 0)
            #expect(try await server.send("GET", "/admin/backup").status == 200)
        }
    }

    @Test("A client that takes nothing for as long as a request may take is cut off")
    func timeLimit() async throws {
        try await Self.withLargeStore({ $0.requestTimeoutSeconds = 10 }) { server in
            let idle = ContinuousClock.now
            try await Connection.open(port: server.port) { client in
                try await client.send(TestServer.request("GET", "/admin/backup"))
                try await client.awaitFirstBytes()
                // Nothing is read until the server has given up.
                try await server.waitForMetric(Self.brokenOff, 1)
                await #expect(throws: Connection.Closed.self) { try await client.reply() }
            }
            #expect(idle.duration(to: .now) > .seconds(9))
        }
    }

    @Test("Damage breaks it off: fewer bytes come than were announced, and the log says what is wrong")
    func damage() async throws {
        try await TestServer.run { server in
            for number in 1...50 { try await server.create("Зоя", "zoe\(number)@example.com") }
            let segment = "\(server.dataDirectory)/wal/00000000000000000001.wal"
            let file = try PosixFileSystem().open(segment, .readWrite)
            let byte = try file.bytes(in: 300..<301)
            try file.writeFully(byte.map { $0 ^ 1 }, at: 300)
            await #expect(throws: Connection.Closed.self) { try await server.send("GET", "/admin/backup") }
            #expect(try await server.metric(Self.brokenOff) == 1)
            try file.writeFully(byte, at: 300)
            #expect(try await server.send("GET", "/admin/backup").status == 200)
        }
    }

    @Test("A stop does not wait for it")
    func stop() async throws {
        let clock = ContinuousClock()
        let begun = Monitor<ContinuousClock.Instant?>(nil)
        let client = Monitor<Task<Void, any Error>?>(nil)
        // So long that a stop which waits for the client cannot be taken for one that does not.
        try await Self.withLargeStore({ $0.requestTimeoutSeconds = 300 }) { server in
            let stream = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await Connection.open(port: server.port) { client in
                    try await client.send(TestServer.request("GET", "/admin/backup"))
                    try await client.awaitFirstBytes()
                    stream.continuation.finish()
                    // It reads nothing more, and still holds the connection when the server is asked to stop.
                    try await Task.sleep(for: .seconds(600))
                }
            }
            client.withLock { $0 = task }
            for await _ in stream.stream {}
            begun.withLock { $0 = clock.now }
        }
        let start = try #require(begun.withLock { $0 })
        #expect(start.duration(to: clock.now) < .seconds(100))
        client.withLock { $0 }?.cancel()
    }
}
