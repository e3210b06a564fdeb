import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Export through a pooler that gives each transaction to another session")
struct PoolerTests {
    /// A pooler with several sessions to the server, each of which serves the next transaction in turn.
    private static func pooler(_ run: ExportRun) throws -> (Pooler, database: String) {
        let pooler = try Pooler(to: TestDatabase.shared().socketDirectory)
        let database = pooler.database(run.database)
        let connections = try (0..<3).map { _ in try PostgresConnection(ConnectionTarget(database)) }
        for connection in connections { try connection.execute("BEGIN; SELECT 1") }
        for connection in connections { try connection.execute("COMMIT") }
        return (pooler, database)
    }

    @Test("Every record arrives once, nothing is left in the sessions, and the verification agrees")
    func exports() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        let (pooler, database) = try Self.pooler(run)
        let arguments = ["--data", run.store.path, "--to", database, "--schema", "pooled", "--batch", "5"]
        for round in 0..<3 {
            try await run.store.create((round * 20)..<(round * 20 + 20))
            let ended = try Programs.export(arguments).finish()
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("up to record \(12 + (round + 1) * 20)"), "\(ended.output)")
            let verified = try Programs.export(arguments + ["--verify"]).finish()
            #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
        }
        #expect(try run.rows("SELECT count(*), max(id) FROM pooled.user_audit") == ["72|72"])
        // The sessions still stand, without locks, settings and tables.
        let left =
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database "
            + "WHERE datname = current_database())"
        #expect(try run.rows(left) == ["0"])
        #expect(try run.rows("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'") == ["0"])
        let connection = try PostgresConnection(ConnectionTarget(database))
        for _ in 0..<4 {
            #expect(try connection.query("SHOW search_path") == [["\"$user\", public"]])
            #expect(try connection.query("SHOW lock_timeout") == [["0"]])
        }
        withExtendedLifetime(pooler) {}
    }

    @Test("A job that follows and others that come and go write every record once")
    func together() async throws {
        let run = try ExportRun()
        try await run.store.create(0..<50)
        let (pooler, database) = try Self.pooler(run)
        let arguments = ["--data", run.store.path, "--to", database, "--batch", "3"]
        let follower = try Programs.export(arguments + ["--follow"])
        for round in 1..<5 {
            try await run.store.create((round * 50)..<(round * 50 + 50))
            let ended = try Programs.export(arguments).finish()
            #expect(ended.status == 0, "\(ended.errors)")
        }
        try await run.store.create("Last", "last@example.com")
        try run.awaitRecord(251)
        follower.send(SIGTERM)
        let ended = follower.finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["251|251"])
        #expect(try run.differences() == [])
        withExtendedLifetime(pooler) {}
    }
}
