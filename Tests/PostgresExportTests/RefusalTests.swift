import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("What the export refuses")
struct RefusalTests {
    @Test("Another store's log does not come into the same schema")
    func otherStore() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        try run.export()
        let other = try ExportRun(database: run.database)
        try await other.store.create("Bo", "bo@example.com")
        try await other.store.create("Cy", "cy@example.com")
        let error = #expect(throws: ExportRefusal.self) { try other.export() }
        #expect(error?.reason == .wrongStore)
        #expect(error?.description.contains("holds the export of store") == true)
        #expect(try run.rows("SELECT name FROM users") == ["Ada"])
        #expect(try run.differences() == [])
    }

    @Test("A store that was restored from an older backup is refused, with both record numbers")
    func behind() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let backup = run.store.beside("backup")
        try FileManager.default.copyItem(atPath: run.store.path, toPath: backup)
        try await run.store.create("Bo", "bo@example.com")
        try run.export()
        let job = ExportJob(try ArchiveSource(backup), run.settings, Observer())
        let error = #expect(throws: ExportRefusal.self) { try job.run() }
        #expect(error?.description.contains("ends with record 1") == true)
        #expect(error?.description.contains("records up to 2") == true)
    }

    @Test("A store with the same records' numbers and another history is refused")
    func otherHistory() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let backup = run.store.beside("backup")
        try FileManager.default.copyItem(atPath: run.store.path, toPath: backup)
        try await run.store.create("Bo", "bo@example.com")
        try run.export()
        // The backup is put into use again, and another user gets the second record.
        let store = try TestStore.open(backup)
        let user = try await store.create(
            .init(try .init(name: "Cy", email: "cy@example.com")),
            TestStore.context()
        )
        #expect(user.lsn == LogSequenceNumber(2))
        await store.close()
        let job = ExportJob(try ArchiveSource(backup), run.settings, Observer())
        let error = #expect(throws: ExportRefusal.self) { try job.run() }
        #expect(error?.description.contains("another history") == true)
        #expect(try run.rows("SELECT name FROM users ORDER BY id") == ["Ada", "Bo"])
    }

    @Test("A second job on the same schema ends with a message; on another schema it works")
    func busy() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let first = try ExportSession(ConnectionTarget(run.database), schema: "public")
        let error = #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(error?.reason == .busy)
        #expect(try run.export { $0.schema = "other" }.rows == 1)
        withExtendedLifetime(first) {}
        let ended = try Programs.export(
            ["--data", run.store.path, "--to", run.database, "--schema", "other"]
        ).finish()
        #expect(ended.status == 0)
    }

    @Test("Tables of the same names that are not the export's are left alone")
    func otherTables() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        try run.execute("CREATE TABLE users (login text); INSERT INTO users VALUES ('root')")
        let error = #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(error?.reason == .wrongTables)
        #expect(try run.rows("SELECT login FROM users") == ["root"])
        #expect(try run.rows("SELECT to_regclass('user_audit'), to_regclass('export_migrations')") == ["NULL|NULL"])
    }

    @Test("Tables of a newer version are left alone")
    func newerTables() async throws {
        let run = try ExportRun()
        try run.export()
        try run.execute("INSERT INTO export_migrations VALUES (99, 'from the future', now())")
        let error = #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(error?.description.contains("version 99") == true)
    }

    @Test("A database whose encoding cannot hold all names is refused")
    func encoding() async throws {
        let options = "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        let run = try ExportRun(database: TestDatabase.shared().makeDatabase(options: options))
        let error = #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(error?.reason == .wrongEncoding)
    }

    @Test(
        "What PostgreSQL refuses is said in one line, with an exit code of its own",
        arguments: [
            ("host=no-such-host.invalid dbname=x", 69, "no-such-host.invalid"),
            ("host=127.0.0.1 port=1 dbname=x", 75, "Connection refused"),
            ("DATABASE dbname=no_such_database", 77, "no_such_database"),
            ("DATABASE user=no_such_role", 77, "no_such_role"),
            ("DATABASE options='-c default_transaction_read_only=on'", 69, "read-only transaction"),
            ("nonsense=1", 64, "nonsense"),
            ("postgre://user:secret@host/x", 64, "missing"),
        ]
    )
    func refusals(target: String, status: Int32, text: String) async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let database = target.replacing("DATABASE", with: run.database)
        let ended = try Programs.export(["--data", run.store.path, "--to", database, "--retry", "0"]).finish()
        #expect(ended.status == status, "\(ended.errors)")
        #expect(ended.errors.contains(text), "\(ended.errors)")
        #expect(!ended.errors.contains("secret"))
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }

    @Test("A role that may not make tables is refused, and one that may only write rows is enough later")
    func privileges() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let role = "role_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        try run.execute("CREATE ROLE \(role) LOGIN; REVOKE CREATE ON SCHEMA public FROM public")
        let arguments = ["--data", run.store.path, "--to", "\(run.database) user=\(role)"]
        let refused = try Programs.export(arguments).finish()
        #expect(refused.status == 77, "\(refused.errors)")
        #expect(refused.errors.contains("permission denied"))
        try run.export()
        try await run.store.create("Bo", "bo@example.com")
        try run.execute(
            """
            GRANT SELECT, INSERT, UPDATE ON users, user_audit, export_state, export_substitutions TO \(role);
            GRANT SELECT ON export_migrations TO \(role)
            """
        )
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.rows("SELECT count(*) FROM users") == ["2"])
        try run.execute("DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    @Test("A damaged log is exported up to the damage, with exit code 1")
    func damage() async throws {
        let run = try ExportRun()
        for index in 0..<300 {
            let padding = String(repeating: "\(index) ", count: 300)
            try await run.store.create("User \(index)", "u\(index)@example.com", "{\"padding\":\"\(padding)\"}")
        }
        await run.store.store.close()
        let segments = try FileManager.default.contentsOfDirectory(atPath: "\(run.store.path)/wal").sorted()
        #expect(segments.count >= 2)
        let path = "\(run.store.path)/wal/\(segments[0])"
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        let arguments = ["--data", run.store.path, "--to", run.database, "--batch", "10"]
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 1, "\(ended.errors)")
        let count = try #require(Int(try run.rows("SELECT count(*) FROM user_audit").first ?? ""))
        #expect(count >= 10 && count < 300)
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["\(count)"])
    }
}
