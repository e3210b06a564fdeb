import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Questions in SQL")
struct QuestionTests {
    @Test("Every question of the documentation can be asked, and most have an answer in the samples")
    func all() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        let questions = try Questions.all()
        #expect(questions.count == 11)
        for question in questions where !question.title.hasPrefix("Put back") {
            let rows = try run.rows(Questions.filled(question.sql, Self.values))
            #expect(!rows.isEmpty, "\(question.title)")
        }
    }

    @Test("Who changed an email is answered as the interface answers it")
    func emailChanges() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try await run.store.patch(5, #"{"email":"Noor@example.org"}"#, by: "olu", reason: "married")
        try await run.store.patch(4, #"{"email":"info@straße.example"}"#)
        try await run.store.patch(4, #"{"email":"other@straße.example"}"#)
        try run.export()
        var query = AuditQuery()
        query.order = .ascending
        let entries = try run.store.store.audit(query).items
        for email in [
            "info@straße.example", "INFO@STRASSE.EXAMPLE", "taro@例え.jp", "TARO@example.com", "noor@EXAMPLE.com",
            "zoe@example.com",
            "nobody@example.com",
        ] {
            let sql = Questions.filled(
                try Questions.named("Who changed an email"),
                Self.values.merging(["email": email]) { $1 }
            )
            let expected = entries.filter { entry in
                entry.changes.contains { change in
                    change.field == "email"
                        && [change.previous, change.new].contains {
                            $0?.text.map { AuditRows.folded($0) } == AuditRows.folded(email)
                        }
                }
            }
            let rows = try run.rows(sql).map { row in row.split(separator: "|")[0] }
            #expect(rows == expected.map { "\($0.lsn)" }, "\(email)")
        }
    }

    @Test(
        "Who has an email is answered as the interface answers it, however it is written",
        arguments: [
            "info@straße.example", "INFO@STRASSE.EXAMPLE", "info@STRASSE.example", "Info@Straße.Example",
            "Οδος@example.com",
            "οδοσ@example.com", "ΟΔΟΣ@example.com", "A\u{30A}sa@example.com", "åsa@example.com", "nobody@example.com",
        ]
    )
    func holder(email: String) async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try await run.store.create("Straße", "info@straße.example")
        try await run.store.create("Οδός", "οδος@example.com")
        try await run.store.create("Åsa", "ÅSA@example.com")
        try run.export()
        var query = UserQuery()
        query.email = email
        let expected = try run.store.store.users(query).items.map { "\($0.id)" }
        #expect(expected.count == (email.hasPrefix("nobody") ? 0 : 1))
        let sql = Questions.filled(try Questions.named("Who has this email"), ["email": email])
        let rows = try run.rows(sql).map { row in String(row.prefix { $0 != "|" }) }
        #expect(rows == expected)
    }

    @Test("The directory at every instant is the one that the interface shows")
    func directory() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        let sql = try Questions.named("What was the directory")
        for lsn in 1...12 {
            let time = try run.store.store.auditEntry(LogSequenceNumber(UInt64(lsn))).timestamp
            var query = UserQuery()
            query.at = time
            let users = try run.store.store.users(query).items
            let rows = try run.rows(Questions.filled(sql, ["at": time.rfc3339])).map { row in
                row.split(separator: "|").enumerated().filter { $0.offset != 3 }.map { String($0.element) }
            }
            let expected = users.map { ["\($0.id)", $0.profile.name, $0.profile.email, "\($0.version)"] }
            #expect(rows == expected, "record \(lsn)")
            // Attributes by their meaning.
            for user in users {
                let json = String(decoding: user.profile.attributes.minified, as: UTF8.self)
                let inner = Questions.filled(sql, ["at": time.rfc3339])
                let found = "SELECT attributes = $1::jsonb FROM (\(inner)) AS d WHERE user_id = \(user.id)"
                #expect(try run.rows(found, [json]) == ["t"])
            }
        }
    }

    @Test("A user's history is the one that the interface shows")
    func history() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try run.export()
        let sql = try Questions.named("What has happened to a user")
        for user in 1...5 {
            let entries = try run.store.store.history(UserID(UInt64(user)), after: nil, limit: 100).items
            let rows = try run.rows(Questions.filled(sql, ["user": "\(user)"])).map { row in
                row.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
            }
            #expect(rows.map { $0[0] } == entries.map { "\($0.version)" })
            #expect(rows.map { $0[2] } == entries.map(\.operation.name))
            #expect(rows.map { $0[3] } == entries.map(\.actor))
            #expect(rows.map { $0[4] } == entries.map { $0.reason ?? "NULL" })
        }
    }

    private static let values = [
        "email": "taro@EXAMPLE.com", "since": "2025-12-01T00:00:00Z", "until": "2027-01-01T00:00:00Z",
        "at": "2026-06-01T00:00:00Z", "user": "1", "actor": "ines", "city": "Uppsala",
    ]
}

/// The questions of the documentation's page about the tables.
struct Questions {
    let title: String
    let sql: String

    static func all() throws -> [Questions] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Sources/PostgresExport/PostgresExport.docc/Tables.md")
        let parts = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```sql\n")
        return zip(parts, parts.dropFirst()).map { before, part in
            let title = before.split(separator: "\n").last.map { String($0) } ?? ""
            let sql = part.components(separatedBy: "```")[0].trimmingCharacters(in: .whitespacesAndNewlines)
            return Questions(title: title, sql: sql.hasSuffix(";") ? String(sql.dropLast()) : sql)
        }
    }

    static func named(_ title: String) throws -> String {
        try #require(all().first { $0.title.hasPrefix(title) }).sql
    }

    /// The statement with psql's variables filled in.
    static func filled(_ sql: String, _ values: [String: String]) -> String {
        values.reduce(sql) { $0.replacing(":'\($1.key)'", with: "'\($1.value)'") }
    }
}
