import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Verification of an export")
struct VerificationTests {
    @Test(
        "A row that was changed by hand is found and named",
        arguments: [
            ("UPDATE user_audit SET email = 'x' WHERE id = 5", ["user_audit 5: differs in email"]),
            ("UPDATE user_audit SET email_folded = 'x' WHERE id = 5", ["user_audit 5: differs in email_folded"]),
            ("UPDATE users SET email_folded = NULL WHERE id = 2", ["users 2: differs in email_folded"]),
            (
                "UPDATE user_audit SET attributes = '{}', reason = '' WHERE id = 4",
                ["user_audit 4: differs in attributes, reason"]
            ),
            (
                "UPDATE user_audit SET timestamp = timestamp + '1us' WHERE id = 12",
                ["user_audit 12: differs in timestamp"]
            ),
            ("UPDATE user_audit SET reason = NULL WHERE id = 1", ["user_audit 1: differs in reason"]),
            ("DELETE FROM user_audit WHERE id IN (7, 8)", ["user_audit 7: is missing", "user_audit 8: is missing"]),
            (
                "INSERT INTO user_audit SELECT 13, 99, 1, operation, name, email, attributes, deleted, actor, reason, "
                    + "request_id, source_ip, changes, restored_from, timestamp FROM user_audit WHERE id = 12",
                ["user_audit 13: is not in the log that was exported"]
            ),
            ("UPDATE users SET deleted = true WHERE id = 3", ["users 3: differs in deleted"]),
            ("UPDATE users SET created_at = updated_at WHERE id = 1", ["users 1: differs in created_at"]),
            ("DELETE FROM users WHERE id = 2", ["users 2: is missing"]),
            (
                "INSERT INTO users SELECT 77, name, email, attributes, 1, deleted, created_at, updated_at, audit_id "
                    + "FROM users WHERE id = 1",
                ["users 77: is not in the store"]
            ),
            ("DELETE FROM export_substitutions", ["export_substitutions 13: attributes is missing", "…"]),
        ]
    )
    func changes(sql: String, expected: [String]) async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        if sql.contains("substitutions") { try await run.store.create("Nul", "n@example.com", #"{"a":"\u0000"}"#) }
        try run.export()
        #expect(try run.differences() == [])
        try run.execute(sql)
        let found = try run.differences()
        if expected.last == "…" {
            #expect(found.first == expected.first)
        } else {
            #expect(found == expected)
        }
    }

    @Test("Values of equal meaning are equal: another order of members, another way to write a number")
    func meaning() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com", #"{"b":1e2,"a":1.50}"#)
        try run.export()
        try run.execute(#"UPDATE user_audit SET attributes = '{"a":1.5,"b":100}'"#)
        #expect(try run.differences() == [])
        try run.execute(#"UPDATE user_audit SET attributes = '{"a":1.5,"b":100.01}'"#)
        #expect(try run.differences() == ["user_audit 1: differs in attributes"])
    }

    @Test("Records that are not exported yet are no difference, but said")
    func waiting() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        try await run.store.create("New", "new@example.com")
        let ended = try Programs.export(["--data", run.store.path, "--to", run.database, "--verify"]).finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("equal: 12 records of the log; 12 rows of user_audit; 5 users; 1 newer"))
    }

    @Test("A verification ends with 1 when something differs, and writes nothing")
    func exitCode() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        let arguments = ["--data", run.store.path, "--to", run.database]
        #expect(try Programs.export(arguments + ["--verify"]).finish().status == 65)
        #expect(try run.rows("SELECT to_regclass('users')") == ["NULL"])
        #expect(try Programs.export(arguments).finish().status == 0)
        try run.execute("UPDATE users SET name = 'Mallory' WHERE id = 3")
        let ended = try Programs.export(arguments + ["--verify"]).finish()
        #expect(ended.status == 1)
        #expect(ended.output.hasPrefix("users 3: differs in name\n1 difference:"), "\(ended.output)")
        #expect(try run.rows("SELECT name FROM users WHERE id = 3") == ["Mallory"])
    }

    @Test("A root that is not the log's is found")
    func root() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        try run.execute("UPDATE export_state SET tree_root = 'ff'")
        #expect(try run.differences().first?.hasPrefix("export_state 12: tree_root is ff") == true)
    }
}
