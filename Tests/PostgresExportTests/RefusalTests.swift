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
        let (run, backup) = try await Self.backedUp()
        let job = ExportJob(try ArchiveSource(backup), run.settings, Observer())
        let error = #expect(throws: ExportRefusal.self) { try job.run() }
        #expect(error?.description.contains("ends with record 1") == true)
        #expect(error?.description.contains("records up to 2") == true)
    }

    @Test("A store with the same records' numbers and another history is refused")
    func otherHistory() async throws {
        let (run, backup) = try await Self.backedUp()
        // The backup is put into use again, and another user gets the second record.
        let store = try LiveStore.open(backup)
        let user = try await store.create(
            .init(try .init(name: "Cy", email: "cy@example.com")),
            LiveStore.context()
        )
        #expect(user.lsn == LogSequenceNumber(2))
        await store.close()
        let job = ExportJob(try ArchiveSource(backup), run.settings, Observer())
        let error = #expect(throws: ExportRefusal.self) { try job.run() }
        #expect(error?.description.contains("another history") == true)
        #expect(try run.rows("SELECT name FROM users ORDER BY id") == ["Ada", "Bo"])
    }

    /// An export of two records, and a copy of the store that ends with the first.
    private static func backedUp() async throws -> (run: ExportRun, backup: String) {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let backup = run.store.beside("backup")
        try FileManager.default.copyItem(atPath: run.store.path, toPath: backup)
        try await run.store.create("Bo", "bo@example.com")
        try run.export()
        return (run, backup)
    }

    @Test("A job that finds another one's transaction ends with a message; on another schema it works")
    func busy() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let other = try ExportSession(run.settings)
        try other.transaction {
            let refused = try Programs.export(["--data", run.store.path, "--to", run.database]).finish()
            #expect(refused.status == 73, "\(refused.errors)")
            #expect(refused.errors.contains("another profile-export is at work on schema public"), "\(refused.errors)")
            #expect(try run.export { $0.schema = "other" }.rows == 1)
        }
        #expect(try run.export().rows == 1)
    }

    @Test(
        "A job that is at work waits for another one's transaction, and goes on from where that one ended",
        arguments: [false, true]
    )
    func waits(isLocked: Bool) async throws {
        let run = try ExportRun()
        try await run.store.create(0..<40)
        let observer = Observer()
        var settings = run.settings
        settings.batch = 10
        settings.retryLimit = .seconds(60)
        let other = try ExportSession(run.settings)
        var connection: PostgresConnection?
        observer.afterBatch = {
            guard observer.ranges.count == 1 else { return }
            #expect(throws: Never.self) {
                // Another job writes the second batch, and a third one may have the lock for longer than this one waits.
                var second = run.settings
                second.batch = 10
                let one = Observer()
                one.afterBatch = { one.isInterrupted = true }
                #expect(try ExportJob(ArchiveSource(run.store.path), second, one).run().rows == 10)
                connection = isLocked ? other.connection : nil
                try connection?.execute("BEGIN; \(Self.lock)")
            }
        }
        observer.beforeWait = {
            #expect(throws: Never.self) { try connection?.execute("COMMIT") }
            connection = nil
        }
        let summary = try ExportJob(ArchiveSource(run.store.path), settings, observer).run()
        #expect(summary.rows == 30)
        #expect(observer.ranges == [1...10, 21...30, 31...40])
        #expect(observer.retries.count == (isLocked ? 1 : 0))
        #expect(try run.differences() == [])
    }

    private static let lock = "SELECT pg_advisory_xact_lock(hashtextextended('profile-export public', 0))"

    @Test(
        "A schema whose name PostgreSQL would cut, or that is its own, is refused before anything is asked",
        arguments: [
            String(repeating: "a", count: 64), String(repeating: "ä", count: 32), "pg_catalog", "pg_mine", "pg_temp",
            "information_schema",
        ]
    )
    func schemas(name: String) async throws {
        let ended = try Programs.export(["--data", "/nowhere", "--to", "host=/nowhere", "--schema=\(name)"]).finish()
        #expect(ended.status == 64, "\(ended.errors)")
        #expect(ended.errors.contains("the schema \"\(name)\""), "\(ended.errors)")
        let run = try ExportRun()
        for name in [name, ""] { #expect(throws: ExportRefusal.self) { try run.export { $0.schema = name } } }
    }

    @Test("A schema with a name of 63 bytes can be written to", arguments: [String(repeating: "a", count: 63), "pgx"])
    func longestSchema(name: String) async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        #expect(try run.export { $0.schema = name }.rows == 1)
        #expect(try run.rows("SELECT count(*) FROM \"\(name)\".users") == ["1"])
    }

    @Test("A database or a user whose name PostgreSQL would cut is refused")
    func cutNames() async throws {
        let run = try ExportRun()
        let name = String(repeating: "d", count: 63)
        try run.execute("CREATE DATABASE \(name)")
        for options in ["dbname=\(name)d", "user=\(name)d"] {
            let target = ConnectionTarget("\(run.database) \(options)")
            let error = #expect(throws: PostgresError.self) { _ = try PostgresConnection(target) }
            #expect(error?.kind == .refused || options.hasPrefix("user"), "\(String(describing: error))")
        }
        try run.execute("DROP DATABASE \(name)")
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
            ("DATABASE dbname=no_such_database", 69, "database \"no_such_database\" does not exist"),
            ("DATABASE user=no_such_role", 77, "no_such_role"),
            ("DATABASE options='-c default_transaction_read_only=on'", 69, "read-only transaction"),
            ("DATABASE options='-c nonsense=1'", 69, "nonsense"),
            ("DATABASE sslmode=require host=127.0.0.1 hostaddr=127.0.0.1 port=1", 75, "Connection refused"),
            ("nonsense=1", 64, "nonsense"),
            ("service=nonsense", 69, "nonsense"),
            ("postgre://user:SECRET@host/x", 64, "missing"),
            ("postgresql://u:SECRET%ZZ@host/x", 64, "invalid percent-encoded token"),
            ("postgresql://u:SEC/SECRET@host/x", 64, "PGPASSWORD"),
            ("postgresql://u:SECRET/x", 64, "PGPASSWORD"),
            ("postgresql://u:SECRET@[host/x", 64, "matching \"]\""),
            ("postgresql://u@host/x?password=a&SECRET", 64, "missing"),
            ("password=SECRET SECRET host=x", 64, "missing"),
            ("password=a SECRET=b", 64, "invalid connection option"),
            ("password=\"a SECRET\" host=x", 64, "missing"),
            ("u:SECRET@host/x", 64, "must begin with postgresql://"),
            ("DATABASE dbname=SECRET password=SECRET", 69, "does not exist"),
            ("host=127.0.0.1 port=1 user=u password=SECRET dbname=x", 75, "Connection refused"),
        ]
    )
    func refusals(target: String, status: Int32, text: String) async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let database = target.replacing("DATABASE", with: run.database)
        let ended = try Programs.export(["--data", run.store.path, "--to", database, "--retry", "0"]).finish()
        #expect(ended.status == status, "\(ended.errors)")
        #expect(ended.errors.contains(text), "\(ended.errors)")
        #expect(!ended.errors.contains("SECRET"), "\(ended.errors)")
        let lines = ended.errors.split(separator: "\n").filter { !$0.contains("--to holds a password") }
        #expect(lines.count == 1, "\(ended.errors)")
    }

    @Test(
        "A password in an address, or given where none belongs, is in no message",
        arguments: [
            ["--server", "http://admin:SECRET@127.0.0.1:1", "--user", "admin"],
            ["postgresql://u:SECRET@host/x"], ["--to=x", "--password", "SECRET"], ["--to=x", "--pasword=SECRET"],
            ["--to=x", "-u", "admin:SECRET@x"], ["--to=x", "--batch", "x:SECRET@y"],
        ]
    )
    func secrets(arguments: [String]) throws {
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 64, "\(ended.errors)")
        #expect(!ended.errors.isEmpty && !ended.errors.contains("SECRET"), "\(ended.errors)")
        #expect(!ended.output.contains("SECRET"))
    }

    @Test("A password in --to works, with a warning; in DATABASE_URL it is not warned of")
    func passwordInArguments() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let database = "\(run.database) password=unneeded"
        let warned = try Programs.export(["--data", run.store.path, "--to", database]).finish()
        #expect(warned.status == 0 && warned.errors.contains("--to holds a password"), "\(warned.errors)")
        let quiet = try Programs.export(["--data", run.store.path], environment: ["DATABASE_URL=\(database)"]).finish()
        #expect(quiet.status == 0 && !quiet.errors.contains("password"), "\(quiet.errors)")
    }

    @Test("A server without a free connection is tried again: reserved slots, and the limits of a role and a database")
    func noFreeConnection() async throws {
        let cluster = try TestDatabase(settings: ["max_connections = 5", "superuser_reserved_connections = 3"])
        let run = try ExportRun(database: cluster.makeDatabase())
        try await run.store.create("Ada", "ada@example.com")
        let name = try #require(run.database.split(separator: "=").last)
        try run.execute(
            """
            CREATE ROLE plain LOGIN; CREATE ROLE limited LOGIN CONNECTION LIMIT 0; GRANT CREATE ON SCHEMA public TO plain
            """
        )
        let arguments = ["--data", run.store.path, "--retry", "1", "--to"]
        func expectRetried(_ user: String, _ text: String) throws {
            let ended = try Programs.export(arguments + ["\(run.database) user=\(user)"]).finish()
            #expect(ended.status == 75, "\(ended.errors)")
            #expect(ended.errors.contains("trying again in 0.2 s") && ended.errors.contains(text), "\(ended.errors)")
            #expect(!ended.errors.contains("53300") && !ended.errors.contains("LOCATION"), "\(ended.errors)")
        }
        try expectRetried("limited", "too many connections for role \"limited\"")
        try run.execute("ALTER DATABASE \(name) CONNECTION LIMIT 0")
        try expectRetried("plain", "too many connections for database")
        try run.execute("ALTER DATABASE \(name) CONNECTION LIMIT -1")
        let target = ConnectionTarget("\(run.database) user=plain")
        var connections = try (0..<2).map { _ in try PostgresConnection(target) }
        try expectRetried("plain", "remaining connection slots are reserved")
        let job = try Programs.export(
            ["--data", run.store.path, "--retry", "60", "--to", "\(run.database) user=plain"]
        )
        try Command.wait { job.errors.contains("trying again") }
        connections = []
        let ended = job.finish()
        #expect(ended.status == 0 && connections.isEmpty, "\(ended.errors)")
        #expect(try run.differences() == [])
    }

    @Test("A role that may not make tables is refused, and one that may only write rows is enough later")
    func privileges() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let role = try run.makeRole()
        let arguments = ["--data", run.store.path, "--to", "\(run.database) user=\(role)"]
        let refused = try Programs.export(arguments).finish()
        #expect(refused.status == 77, "\(refused.errors)")
        #expect(refused.errors.contains("permission denied"))
        try run.export()
        try await run.store.create("Bo", "bo@example.com")
        try run.grant(role)
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.rows("SELECT count(*) FROM users") == ["2"])
        try run.drop(role)
    }

    @Test("A wrong password and none are one line, without the password in it; the right one is taken")
    func passwords() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        try run.export()
        try await run.store.create("Bo", "bo@example.com")
        try run.execute("CREATE ROLE guarded LOGIN PASSWORD 'sésame 芝麻'")
        try run.grant("guarded")
        let arguments = ["--data", run.store.path, "--to", "\(run.database) user=guarded"]
        for (variables, text) in [
            (["PGPASSWORD=Wr0ng!"], "password authentication failed"), ([], "no password supplied"),
        ] {
            let ended = try Programs.export(arguments, environment: variables).finish()
            #expect(ended.status == 77, "\(ended.errors)")
            #expect(ended.errors.contains(text), "\(ended.errors)")
            #expect(!ended.errors.contains("Wr0ng!"))
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
        }
        let ended = try Programs.export(arguments, environment: ["PGPASSWORD=sésame 芝麻"]).finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.differences() == [])
        try run.drop("guarded")
    }

    @Test("A list of hosts, a service and PG* variables name the database, as for every other client of libpq")
    func targets() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let socket = try TestDatabase.shared().socketDirectory
        let name = try #require(run.database.split(separator: "=").last)
        let file = run.store.beside("services")
        try "[analytics]\nhost=\(socket)\nuser=postgres\ndbname=\(name)\n"
            .write(toFile: file, atomically: false, encoding: .utf8)
        for (target, variables) in [
            ("postgresql://postgres@/\(name)?host=/nowhere,\(socket)", []),
            ("service=analytics", ["PGSERVICEFILE=\(file)"]),
            ("", ["PGHOST=\(socket)", "PGUSER=postgres", "PGDATABASE=\(name)"]),
        ] {
            let ended = try Programs.export(["--data", run.store.path, "--to", target], environment: variables).finish()
            #expect(ended.status == 0, "\(target): \(ended.errors)")
        }
        #expect(try run.rows("SELECT count(*) FROM users") == ["1"])
    }

    @Test("Two jobs that begin at the same time: one waits or is told so, and every record arrives once")
    func atTheSameTime() async throws {
        let run = try ExportRun()
        try await run.store.create(0..<500)
        let arguments = ["--data", run.store.path, "--to", run.database, "--batch", "7"]
        let jobs = try (0..<3).map { _ in try Programs.export(arguments) }
        let endings = jobs.map { $0.finish() }
        #expect(endings.contains { $0.status == 0 })
        for ending in endings where ending.status != 0 {
            #expect(ending.status == 73, "\(ending.errors)")
            #expect(ending.errors.contains("another profile-export is at work"))
        }
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["500|500"])
        #expect(try run.differences() == [])
    }

    @Test("A user whose row somebody has deleted is named when it changes, and can be put back as documented")
    func missingUser() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        try run.execute("DELETE FROM users WHERE id IN (2, 3)")
        try await run.store.patch(3, #"{"name":"محمد ٢"}"#)
        try await run.store.create("New", "new@example.com")
        let ended = try Programs.export(["--data", run.store.path, "--to", run.database]).finish()
        #expect(ended.status == 65, "\(ended.errors)")
        #expect(ended.errors.contains("1 of the users that records 13 to 14 change is missing"), "\(ended.errors)")
        #expect(ended.errors.contains("deleted the row: 3."), "\(ended.errors)")
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["12"])
        #expect(try run.differences() == ["users 2: is missing", "users 3: is missing"])
        try run.execute(try Questions.named("Put back users"))
        #expect(try run.differences() == [])
        #expect(try run.export().rows == 2)
        #expect(try run.differences() == [])
    }

    @Test("A row that stands where one of the export belongs is named", arguments: ["user_audit", "users"])
    func strangeRow(table: String) async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        try run.export()
        let list = "name, email, attributes, version, deleted, created_at, updated_at, audit_id"
        try run.execute(
            table == "users"
                ? "INSERT INTO users (id, \(list)) SELECT 2, \(list) FROM users"
                : "CREATE TABLE row AS SELECT * FROM user_audit; UPDATE row SET id = 2, version = 2;"
                    + "INSERT INTO user_audit SELECT * FROM row"
        )
        try await run.store.create("Bo", "bo@example.com")
        let error = #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(error?.reason == .wrongRows)
        #expect(error?.description.contains("(id)=(2) already exists") == true, "\(String(describing: error))")
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["1"])
        try run.execute("DELETE FROM \(table) WHERE id = 2")
        #expect(try run.export().rows == 1)
        #expect(try run.differences() == [])
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
