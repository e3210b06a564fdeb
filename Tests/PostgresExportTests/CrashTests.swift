import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Exactly once, whatever dies")
struct CrashTests {
    @Test("A job that is killed again and again leaves neither a gap nor a double")
    func kills() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        let users = TestScale.choose(2_000, short: 500)
        try await run.store.create(0..<users)
        let arguments = ["--data", run.store.path, "--to", run.database, "--batch", "10"]
        var random = SeededGenerator(seed: 11)
        var last = 0
        var kills = 0
        while kills < 200 {
            let job = try Programs.export(arguments)
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...120, using: &random)))
            job.send(SIGKILL)
            let ended = job.finish()
            kills += 1
            // The server notices a moment later; until then the dead job's lock stands.
            try Command.wait { try run.rows(Self.otherSessions) == ["0"] }
            if try run.rows("SELECT to_regclass('export_state')") == ["NULL"] { continue }
            try run.expectWhole()
            last = Int(try run.rows("SELECT last_lsn FROM export_state").first ?? "0") ?? 0
            if ended.status == 0 { break }
        }
        #expect(kills > 3, "the job was never killed")
        #expect(last > 0)
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["\(users + 12)|\(users + 12)"])
        #expect(try run.differences() == [])
    }

    private static let otherSessions = "SELECT count(*) FROM pg_stat_activity WHERE \(isOther)"

    private static let isOther =
        "datname = current_database() AND application_name = 'profile-export' AND pid <> pg_backend_pid()"

    @Test("A crash of PostgreSQL in the middle is waited for, and nothing is lost or doubled")
    func databaseCrash() async throws {
        let cluster = try TestDatabase()
        let run = try ExportRun(database: cluster.makeDatabase())
        try await run.store.addSamples()
        try await run.store.create(0..<1_000)
        let observer = Observer()
        let crasher = Crasher(cluster)
        observer.afterBatch = {
            // At some moment of the next few batches.
            if observer.ranges.count % 8 == 3 { crasher.crashSoon() }
        }
        observer.beforeWait = { crasher.startAgain() }
        var settings = run.settings
        settings.batch = 20
        settings.retryLimit = .seconds(600)
        let summary = try ExportJob(ArchiveSource(run.store.path), settings, observer).run()
        try crasher.settle()
        #expect(crasher.crashes == 4)
        #expect(observer.retries.count >= 4)
        // A batch whose commit was not answered may have been written all the same, and is then not counted.
        #expect(summary.rows <= 1_012)
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["1012|1012"])
        #expect(try run.differences() == [])
    }

    @Test("A session that an administrator ends is made anew")
    func terminated() async throws {
        let run = try ExportRun()
        try await run.store.create(0..<200)
        let observer = Observer()
        observer.afterBatch = {
            guard observer.ranges.count == 2 else { return }
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(Self.isOther)"
            #expect(throws: Never.self) { try run.execute(sql) }
        }
        var settings = run.settings
        settings.batch = 50
        settings.retryLimit = .seconds(600)
        #expect(try ExportJob(ArchiveSource(run.store.path), settings, observer).run().rows == 200)
        #expect(!observer.retries.isEmpty)
        #expect(try run.differences() == [])
    }

    @Test("A database that stays away ends the job with 75, and what was written stays whole")
    func away() async throws {
        let cluster = try TestDatabase()
        let run = try ExportRun(database: cluster.makeDatabase())
        try await run.store.create(0..<200)
        try run.export { $0.batch = 50 }
        try await run.store.create(200..<300)
        try cluster.crash()
        let arguments = ["--data", run.store.path, "--to", run.database, "--retry", "1"]
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 75, "\(ended.errors)")
        #expect(ended.errors.contains("trying again in 0.2 s"))
        try cluster.start()
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["200|200"])
        #expect(try Programs.export(arguments).finish().status == 0)
        #expect(try run.differences() == [])
    }

    @Test("What fails in a batch takes the whole batch back")
    func batchFails() async throws {
        let run = try ExportRun()
        try await run.store.create(0..<100)
        try run.export { $0.batch = 30 }
        try run.execute("ALTER TABLE users ADD CONSTRAINT few CHECK (id < 150)")
        try await run.store.create(100..<200)
        let error = #expect(throws: PostgresError.self) { try run.export { $0.batch = 30 } }
        #expect(error?.description.contains("few") == true)
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["130"])
        #expect(try run.rows("SELECT max(id), count(*) FROM user_audit") == ["130|130"])
        try run.execute("ALTER TABLE users DROP CONSTRAINT few")
        try run.export()
        #expect(try run.differences() == [])
    }

    @Test("A job that follows writes changes as they come, and ends cleanly when asked to")
    func follows() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        let arguments = ["--data", run.store.path, "--to", run.database, "--follow"]
        for signal in [SIGINT, SIGTERM] {
            let job = try Programs.export(arguments)
            for _ in 0..<5 {
                let user = try await run.store.create("Łucja", "user-\(UUID().uuidString)@example.com")
                try run.awaitRecord(Int(user.lsn.rawValue))
            }
            job.send(signal)
            let ended = job.finish()
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("PostgreSQL has the log up to record"))
        }
        #expect(try run.differences() == [])
    }
}
