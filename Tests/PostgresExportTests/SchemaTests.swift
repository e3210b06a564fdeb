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
        #expect(columns.count == 32)
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
        let store = try TestStore(segmentBytes: 1_200)
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

    @Test("A name in SQL is what it was, whatever is in it", arguments: ["a", "Größe", "a\"b", "\"", "a'b;--", ""])
    func names(name: String) throws {
        let connection = try PostgresConnection(ConnectionTarget(TestDatabase.shared().makeDatabase()))
        guard !name.isEmpty else { return #expect(SQLName.quoted(name) == "\"\"") }
        let rows = try connection.query("SELECT 1 AS \(SQLName.quoted(name))")
        #expect(rows == [["1"]])
        try connection.execute("CREATE SCHEMA \(SQLName.quoted(name))")
        #expect(try connection.query("SELECT count(*) FROM pg_namespace WHERE nspname = $1", [name]) == [["1"]])
    }
}
