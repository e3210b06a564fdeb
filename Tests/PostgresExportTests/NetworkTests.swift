import LogStorage
import TestSupport
import ServerAccess
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("A network that is cut")
struct NetworkTests {
    @Test(
        "A connection to PostgreSQL that is cut at any byte leaves neither a gap nor a double",
        arguments: [Proxy.Cut.sent(step: 211), .received(step: 23)]
    )
    func database(cut: Proxy.Cut) async throws {
        let run = try await Self.filled()
        let directory = try TemporaryDirectory()
        let proxy = try Proxy(
            to: TestDatabase.shared().socket,
            at: directory.appending(".s.PGSQL.5432"),
            cut: cut
        )
        let observer = Observer()
        observer.beforeWait = { #expect(throws: Never.self) { try run.expectWhole() } }
        var settings = run.settings
        settings.target = ConnectionTarget("\(run.database) host=\(directory.path)")
        settings.batch = 20
        settings.retryLimit = .seconds(600)
        let summary = try withExtendedLifetime(proxy) {
            try ExportJob(ArchiveSource(run.store.path), settings, observer).run()
        }
        #expect(summary.lastLSN == LogSequenceNumber(312))
        #expect(observer.retries.count >= 20, "\(observer.retries.count)")
        #expect(try run.differences() == [])
    }

    @Test(
        "A connection to the server that is cut at any byte leaves neither a gap nor a double",
        arguments: [Proxy.Cut.sent(step: 23), .received(step: 311)]
    )
    func server(cut: Proxy.Cut) async throws {
        let run = try await Self.filled()
        await run.store.store.close()
        let server = try ExportServer(data: run.store.path)
        defer { server.stop() }
        let proxy = try Proxy(to: server.port, cut: cut)
        let address = try #require(ServerAddress("http://127.0.0.1:\(proxy.port)"))
        let observer = Observer()
        observer.beforeWait = { #expect(throws: Never.self) { try run.expectWhole() } }
        var settings = run.settings
        settings.batch = 20
        settings.retryLimit = .seconds(600)
        let source = try ServerSource(address, user: "admin", password: ExportServer.password)
        #expect(try ExportJob(source, settings, observer).run().rows == 312)
        #expect(observer.retries.count >= 8, "\(observer.retries.count)")
        #expect(try run.differences() == [])
    }

    private static func filled() async throws -> ExportRun {
        let run = try ExportRun()
        try await run.store.addSamples()
        try await run.store.create(0..<300)
        return run
    }
}
