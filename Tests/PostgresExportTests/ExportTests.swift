import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Export of a data directory")
struct ExportTests {
    @Test("The first export makes the tables and holds what the store holds")
    func first() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        let summary = try run.export()
        #expect(summary.rows == 12)
        #expect(summary.lastLSN == LogSequenceNumber(12))
        #expect(try run.rows("SELECT count(*), min(id), max(id) FROM user_audit") == ["12|1|12"])
        #expect(
            try run.rows("SELECT id, name, email, version, deleted, audit_id FROM users ORDER BY id") == [
                "1|Zoë Ångström|zoe@example.com|4|f|11", "2|山田太郎|TARO@example.com|4|f|9", "3|محمد|m@example.org|2|f|8",
                "4|=HYPERLINK(\"x\")|-e@example.com|1|f|7", "5|👩🏽‍🚀 Noor|noor@example.com|1|f|12",
            ]
        )
        #expect(try run.differences() == [])
        await run.store.store.close()
    }

    @Test("Each column of each row is what the audit entry says")
    func columns() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export(batch: 5)
        let rows = try PostgresConnection(ConnectionTarget(run.database)).query(
            """
            SELECT id, user_id, version, operation, name, email, attributes, deleted, actor, reason, request_id, source_ip,
                changes, restored_from, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM user_audit ORDER BY id
            """
        )
        for row in rows {
            let id = try #require(row[0].flatMap { UInt64($0) })
            let entry = try run.store.store.auditEntry(LogSequenceNumber(id))
            #expect(row[1] == "\(entry.userID)")
            #expect(row[2] == "\(entry.version)")
            #expect(row[3] == entry.operation.name)
            #expect(row[4] == entry.profile.name)
            #expect(row[5] == entry.profile.email)
            #expect(row[7] == (entry.deleted ? "t" : "f"))
            #expect(row[8] == entry.actor)
            #expect(row[9] == entry.reason)
            #expect(row[10] == entry.requestID)
            #expect(row[11] == entry.sourceIP)
            #expect(row[13] == entry.restoredFrom.map { "\($0)" })
            #expect(row[14] == entry.timestamp.rfc3339)
            var changes = JSONWriter()
            FieldChange.write(entry.changes, to: &changes)
            for (text, json) in [(row[6], entry.profile.attributes.minified), (row[12], changes.bytes)] {
                let equal = try run.rows("SELECT $1::jsonb = $2::jsonb", [text, String(decoding: json, as: UTF8.self)])
                #expect(equal == ["t"], "record \(id)")
            }
        }
        #expect(rows.count == 12)
        await run.store.store.close()
    }

    @Test("Later exports add what is new, and nothing else", arguments: [1, 2, 5, 10_000])
    func incremental(batch: Int) async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com", #"{"n":1}"#)
        #expect(try run.export(batch: batch).rows == 1)
        #expect(try run.export(batch: batch).rows == 0)
        try await run.store.patch(1, #"{"name":"Ada L."}"#)
        try await run.store.create(0..<20)
        try await run.store.delete(1)
        #expect(try run.export(batch: batch).rows == 22)
        try await run.store.restore(1)
        #expect(try run.export(batch: batch).rows == 1)
        #expect(try run.rows("SELECT version, deleted, name FROM users WHERE id = 1") == ["4|f|Ada L."])
        #expect(
            try run.rows("SELECT u.created_at = a.timestamp FROM users u JOIN user_audit a ON a.id = 1 WHERE u.id = 1")
                == ["t"]
        )
        #expect(try run.differences() == [])
        await run.store.store.close()
    }

    @Test("A batch has as many changes as were asked for")
    func batches() async throws {
        let run = try ExportRun()
        try await run.store.create(0..<25)
        let observer = Observer()
        var settings = run.settings
        settings.batch = 10
        #expect(try ExportJob(ArchiveSource(run.store.path), settings, observer).run().rows == 25)
        #expect(observer.ranges == [1...10, 11...20, 21...25])
        await run.store.store.close()
    }

    @Test("The root in export_state is the Merkle root of the log")
    func root() async throws {
        let run = try ExportRun(segmentBytes: 64 << 10)
        try await run.store.addSamples()
        try run.export(batch: 5)
        await run.store.store.close()
        let tree = try ArchiveVerifier(LogArchive.open(run.store.path)).verify(Nobody()).tree
        #expect(try run.rows("SELECT tree_root FROM export_state") == ["\(try #require(tree).head)"])
    }

    @Test("An empty store is exported, too, and bound to its schema")
    func empty() async throws {
        let run = try ExportRun()
        #expect(try run.export().rows == 0)
        #expect(try run.rows("SELECT last_lsn FROM export_state") == ["0"])
        #expect(try run.differences() == [])
        await run.store.store.close()
    }

    @Test("Any schema name will do, and is made if it is absent")
    func schema() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        for schema in ["profiles", "Größe \"x\"; --", "用户"] {
            #expect(try run.export { $0.schema = schema }.rows == 1)
            #expect(try run.export { $0.schema = schema }.rows == 0)
        }
        #expect(try run.rows("SELECT count(*) FROM \"Größe \"\"x\"\"; --\".users") == ["1"])
        await run.store.store.close()
    }

    @Test("What jsonb cannot hold is replaced, kept beside, and said")
    func substitutions() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com", #"{"nul":"a\u0000b","big":1e400000,"ok":"\\u0000"}"#)
        try await run.store.create("Bo", "bo@example.com", #"{"ok":1}"#)
        try await run.store.patch(1, #"{"attributes":{"nul":null,"big":null}}"#)
        let summary = try run.export()
        #expect(
            try run.rows(
                "SELECT attributes->>'nul', attributes->>'big', attributes->>'ok' FROM user_audit WHERE id = 1"
            )
                == ["a\u{FFFD}b|1e400000|\\u0000"]
        )
        #expect(
            try run.rows("SELECT original FROM export_substitutions WHERE audit_id = 1 AND column_name = 'attributes'")
                == [#"{"nul":"a\u0000b","big":1e400000,"ok":"\\u0000"}"#]
        )
        #expect(
            try run.rows("SELECT audit_id, column_name FROM export_substitutions ORDER BY 1, 2")
                == ["1|attributes", "1|changes", "3|changes"]
        )
        #expect(summary.substitutions.columns[.attributes]?.lsns == [LogSequenceNumber(1)])
        #expect(summary.substitutions.columns[.changes]?.lsns == [LogSequenceNumber(1), LogSequenceNumber(3)])
        #expect(summary.substitutions.lines.count == 2)
        #expect(try run.differences() == [])
        await run.store.store.close()
    }

    private final class Nobody: ArchiveVisitor {
        func found(_ finding: DamageFinding) {}
    }
}

extension ExportRun {
    @discardableResult
    func export(batch: Int) throws -> ExportJob.Summary {
        try export { $0.batch = batch }
    }
}
