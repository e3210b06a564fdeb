import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Tables of the export")
struct SchemaTests {
    @Test("Every table and column has a comment, and stands in the documentation")
    func comments() async throws {
        let run = try ExportRun()
        try run.export()
        let columns = try run.rows(
            """
            SELECT c.relname, a.attname, col_description(c.oid, a.attnum) IS NOT NULL, obj_description(c.oid) IS NOT NULL
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
                AND c.relname <> 'export_migrations'
            """
        )
        #expect(columns.count == 34)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = root.appending(path: "Sources/PostgresExport/PostgresExport.docc/Tables.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for column in columns {
            #expect(column.hasSuffix("|t|t"), "\(column)")
            let name = String(column.split(separator: "|")[1])
            if name != "only_row" { #expect(text.contains(name), "\(column)") }
        }
    }

    @Test("The steps are counted from 1, and what they did is kept")
    func migrations() async throws {
        #expect(Migration.all.map(\.version) == Array(1...Migration.newest))
        let run = try ExportRun()
        try run.export()
        try run.export()
        let expected = Migration.all.map { "\($0.version)|\($0.description)" }
        #expect(try run.rows("SELECT version, description FROM export_migrations") == expected)
    }

    @Test("Tables that the first version left are brought to the newest by the next run, with what is in them")
    func olderTables() async throws {
        let run = try await Self.firstVersion()
        #expect(try run.export().rows == 3)
        #expect(
            try run.rows("SELECT max(version), count(*) FROM export_migrations") == [
                "\(Migration.newest)|\(Migration.newest)"
            ]
        )
        #expect(try run.rows("SELECT reloptions FROM pg_class WHERE oid = 'users'::regclass") == ["{fillfactor=70}"])
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["15|15"])
        #expect(try run.rows("SELECT email_folded FROM users WHERE id = 2") == ["taro@example.com"])
        #expect(try run.rows("SELECT count(*) FROM user_audit WHERE email_folded IS NULL") == ["0"])
        #expect(try run.differences() == [])
    }

    @Test("A role that may not alter the tables of an older version is told so, and nothing is written")
    func olderTablesOfAnother() async throws {
        let run = try await Self.firstVersion()
        let role = try run.makeRole()
        try run.grant(role)
        let arguments = ["--data", run.store.path, "--to", "\(run.database) user=\(role)"]
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 77, "\(ended.errors)")
        #expect(ended.errors.contains("must be owner of table users"), "\(ended.errors)")
        #expect(ended.errors.contains("have version 1, and this program needs \(Migration.newest)"), "\(ended.errors)")
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["12"])
        try run.export()
        try await run.store.create("New", "new@example.com")
        #expect(try Programs.export(arguments).finish().status == 0)
        #expect(try run.differences() == [])
        try run.drop(role)
    }

    @Test("A step that was released is never changed")
    func releasedSteps() {
        let fingerprints = Migration.all.map { step in
            var fingerprint = Fingerprint()
            fingerprint.add(Array(step.sql.utf8))
            return fingerprint.description
        }
        #expect(fingerprints == ["51de9c44b1d325b6", "c83d570d0be388f5", "857a585f0d6ea7d5", "b3afee37fc9ff9f0"])
    }

    /// The samples in tables as the first version made them, and three records more in the store.
    private static func firstVersion() async throws -> ExportRun {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export { $0.schema = "newest" }
        let connection = try PostgresConnection(ConnectionTarget(run.database))
        try Migrator(connection: connection, schema: "public", steps: Array(Migration.all.prefix(1))).run()
        for table in ["users", "user_audit", "export_substitutions", "export_state"] {
            let columns = try run.rows(
                "SELECT string_agg(column_name, ', ') FROM information_schema.columns "
                    + "WHERE table_schema = 'public' AND table_name = '\(table)'"
            )
            let list = try #require(columns.first)
            try connection.execute("INSERT INTO public.\(table) (\(list)) SELECT \(list) FROM newest.\(table)")
        }
        try connection.execute("DROP SCHEMA newest CASCADE")
        try await run.store.addMore()
        return run
    }

    @Test("A step that fails leaves nothing of itself")
    func failedStep() async throws {
        let run = try ExportRun()
        try run.execute("CREATE TABLE export_state (x int)")
        #expect(throws: ExportRefusal.self) { try run.export() }
        #expect(try run.rows("SELECT to_regclass('users'), to_regclass('export_migrations')") == ["NULL|NULL"])
        try run.execute("DROP TABLE export_state")
        try run.export()
        #expect(try run.differences() == [])
    }

    @Test("The tree at every record is that of the records, whichever footers and checkpoints there are")
    func trees() async throws {
        let store = try LiveStore(segmentBytes: 1_200)
        try await store.addSamples()
        let report = try await store.store.checkpoint()
        #expect(report.lsn == LogSequenceNumber(12))
        try await store.addMore()
        await store.store.close()
        let archive = try LogArchive.open(store.path)
        #expect(archive.segments.count >= 2 && archive.checkpoints.count == 2)
        var tree = RecordTree()
        #expect(try archive.tree(through: .zero).root == tree.root)
        try archive.scan(from: LogSequenceNumber(1), through: archive.last.lsn, order: .ascending) { header, payload in
            tree.append(header, try payload())
            let found = try archive.tree(through: header.lsn)
            #expect(found.root == tree.root && found.lsn == header.lsn)
            return .next
        }
        #expect(tree.lsn == LogSequenceNumber(15))
        #expect(throws: LogError.self) { try archive.tree(through: LogSequenceNumber(16)) }
    }

    @Test(
        "A name in SQL is what it was, whatever is in it",
        arguments: ["a", "Größe", "a\"b", "\"", "\"\u{301}", "a'b;--", ""]
    )
    func names(name: String) throws {
        let connection = try PostgresConnection(ConnectionTarget(TestDatabase.shared().makeDatabase()))
        guard !name.isEmpty else { return #expect(SQLName.quoted(name) == "\"\"") }
        let rows = try connection.query("SELECT 1 AS \(SQLName.quoted(name))")
        #expect(rows == [["1"]])
        #expect(try connection.query("SELECT \(SQLName.literal("\\'\u{301}" + name))") == [["\\'\u{301}" + name]])
        try connection.execute("CREATE SCHEMA \(SQLName.quoted(name))")
        #expect(try connection.query("SELECT count(*) FROM pg_namespace WHERE nspname = $1", [name]) == [["1"]])
    }
}
