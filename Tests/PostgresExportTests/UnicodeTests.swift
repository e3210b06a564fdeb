import LogStorage
import TestSupport
import Testing

@testable import PostgresExport
@testable import UserProfiles

@Suite("All of Unicode in PostgreSQL")
struct UnicodeTests {
    private static let users = TestScale.choose(100_000, short: 4_000)

    @Test("Records with every character that a profile may hold arrive whole")
    func everything() async throws {
        let run = try ExportRun(segmentBytes: 16 << 20)
        let scalars = Self.scalars
        let store = run.store.store
        let users = Self.users
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                group.addTask {
                    for index in stride(from: client, to: users, by: 64) {
                        let user = try await store.create(
                            Self.draft(index, scalars),
                            LiveStore.context("łucja", "#\(index)")
                        )
                        precondition(user.version == ProfileVersion(1))
                    }
                }
            }
            try await group.waitForAll()
        }
        let summary = try run.export()
        #expect(summary.rows == UInt64(users))
        // U+0000 is in one record's attributes, and in its changes.
        #expect(try run.rows("SELECT count(*) FROM export_substitutions") == ["2"])
        #expect(try run.differences() == [])
        // Not only by the export's own comparison: text for text as PostgreSQL gives it back.
        let rows = try PostgresConnection(ConnectionTarget(run.database)).query(
            "SELECT id, name, attributes->>'text' FROM users WHERE id % 7 = 0 ORDER BY id"
        )
        #expect(rows.count == users / 7)
        for row in rows {
            let id = try #require(row[0].flatMap { UInt64($0) })
            let profile = try store.user(UserID(id)).profile
            #expect(row[1].map { Array($0.utf8) } == Array(profile.name.utf8))
            #expect(row[2].map { Array($0.utf8) } == profile.attributes["text"]?.text.map { Array($0.utf8) })
        }
        await store.close()
    }

    private static let scalars = TestScale.sample(0..<0x11_0000, about: 60_000).compactMap {
        Unicode.Scalar(UInt32($0))
    }

    /// A profile with its part of all scalars: all of them in the attributes, and in the name those that may stand there.
    private static func draft(_ index: Int, _ scalars: [Unicode.Scalar]) throws -> ProfileDraft {
        let perUser = (scalars.count + users - 1) / users
        let part = scalars[min(index * perUser, scalars.count)..<min((index + 1) * perUser, scalars.count)]
        var text = String.UnicodeScalarView()
        text.append(contentsOf: part)
        var name = String.UnicodeScalarView("N".unicodeScalars)
        name.append(contentsOf: part.filter { !TextRule.isForbidden($0) }.prefix(250))
        let attributes = JSONObject([
            JSONObject.Member(key: "text", value: .string(String(text))),
            JSONObject.Member(key: String(text), value: .number(JSONNumber(index))),
        ])
        let email = "u\(index)@example.com"
        return ProfileDraft(try Profile(name: String(name), email: email, attributes: attributes))
    }
}
