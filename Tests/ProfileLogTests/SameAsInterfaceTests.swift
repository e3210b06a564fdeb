import LogStorage
import TestSupport
import Testing
import UserProfiles

/// The rows are those that the HTTP interface gives for the same question, to the byte.
@Suite("Same as the interface")
struct SameAsInterfaceTests {
    static let queries: [(options: String, query: @Sendable (inout AuditQuery) -> Void)] = [
        ("", { $0.order = .ascending }),
        ("--reverse", { _ in }),
        ("--reverse --limit 4", { $0.limit = 4 }),
        (
            "--user 2",
            { query in
                query.userID = UserID(2); query.order = .ascending
            }
        ),
        ("--actor ines --reverse", { $0.actor = "ines" }),
        ("--actor إيناس --reverse", { $0.actor = "إيناس" }),
        ("--operation RESTORE --reverse", { $0.operation = .restore }),
        (
            "--since 2026-01-01T00:00:05Z --until 2026-01-01T00:00:09Z --reverse",
            { query in
                query.since = LogTimestamp(microseconds: 1_767_225_605_000_000)
                query.until = LogTimestamp(microseconds: 1_767_225_609_000_000)
            }
        ),
        (
            "--user 1 --actor ines --operation UPDATE --reverse",
            { query in
                query.userID = UserID(1); query.actor = "ines"; query.operation = .update
            }
        ),
    ]

    @Test("Changes", arguments: 0..<9)
    func changes(index: Int) async throws {
        let (options, change) = Self.queries[index]
        let sample = try await SampleStore()
        let store = try LiveStore.open(sample.path, ManualClock(), segmentBytes: 1_200)
        var query = AuditQuery()
        change(&query)
        let entries = try store.audit(query).items
        #expect(!entries.isEmpty)
        var json = JSONWriter()
        var csv = CSVWriter()
        csv.row(AuditEntry.csvColumns)
        for entry in entries {
            entry.write(to: &json)
            json.endLine()
            entry.write(to: &csv)
        }
        let words = options.split(separator: " ").map(String.init)
        let rows = try Tool.run(["records", "--data", sample.path, "--format", "ndjson"] + words)
        #expect(Array(rows.output.utf8) == json.bytes)
        let table = try Tool.run(["records", "--data", sample.path, "--format", "csv"] + words)
        #expect(Array(table.output.utf8) == csv.bytes)
        var plain = CSVWriter(guardsFormulas: false)
        plain.row(AuditEntry.csvColumns)
        for entry in entries { entry.write(to: &plain) }
        let plainTable = try Tool.run(["records", "--data", sample.path, "--format", "csv", "--no-guard"] + words)
        #expect(Array(plainTable.output.utf8) == plain.bytes)
        await store.close()
    }

    @Test("Histories and users, now and in the past")
    func historiesAndUsers() async throws {
        let sample = try await SampleStore()
        let store = try LiveStore.open(sample.path, ManualClock(), segmentBytes: 1_200)
        for id in 1...5 as ClosedRange<UInt64> {
            var json = JSONWriter()
            for entry in try store.history(UserID(id), after: nil, limit: 1_000).items {
                entry.write(to: &json)
                json.endLine()
            }
            let rows = try Tool.run("history", "\(id)", "--data", sample.path, "--format", "ndjson")
            #expect(Array(rows.output.utf8) == json.bytes)
        }
        for second in 0...13 as ClosedRange<Int64> {
            let instant = LogTimestamp(microseconds: 1_767_225_600_000_000 + second * 1_000_000)
            var query = UserQuery()
            query.at = instant
            query.limit = 1_000
            var json = JSONWriter()
            for user in try store.users(query).items {
                user.write(to: &json)
                json.endLine()
            }
            let rows = try Tool.run("state", "--at", instant.rfc3339, "--data", sample.path, "--format", "ndjson")
            #expect(Array(rows.output.utf8) == json.bytes, "at second \(second)")
        }
        await store.close()
    }
}
