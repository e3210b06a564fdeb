import TestSupport
import Testing
import UserProfiles

/// The comparison after a kill is worth what it notices.
@Suite("Comparison with the journal", .blocking)
struct KillComparisonTests {
    @Test("A change that is gone, another content and a change nobody asked for are each noticed")
    func notices() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let client = try server.client()
        let created = try client.send("POST", "/users", #"{"name":"Ζωή","email":"z@example.gr"}"#)
        let patched = try client.send("PATCH", "/users/1", #"{"attributes":{"größe":1}}"#)
        guard case .object(let first)? = created["user"], case .object(let second)? = patched["user"] else {
            Issue.record("the server does not take changes")
            return
        }
        func journal(_ versions: [JSONObject]) -> KillJournal {
            let journal = KillJournal()
            for (index, user) in versions.enumerated() { journal.acknowledge(1, version: index + 1, user) }
            return journal
        }
        func changed(_ journal: KillJournal) throws -> [String] { try KillComparison.changed(journal, with: server) }
        #expect(try changed(journal([first, second])) == [])
        #expect(try KillComparison.all(journal([first, second]), with: server) == [])
        #expect(try changed(journal([first, second, second])) == ["user 1 has 2 versions, acknowledged were 3"])
        #expect(try changed(journal([first, first])).first == "another attributes of user 1, version 2")
        #expect(try changed(journal([first])).first?.hasPrefix("user 1 was never told to be") == true)
        let other = journal([first])
        other.begin(KillJournal.Flight(name: "Zoë", attributes: nil, deleted: false), with: 1)
        #expect(try changed(other).first?.hasPrefix("user 1 was never told to be") == true)
        #expect(try KillComparison.all(KillJournal(), with: server) == ["users [1], not []"])
        let inFlight = journal([first])
        inFlight.begin(KillJournal.Flight(name: "Ζωή", attributes: nil, deleted: false), with: 1)
        #expect(try changed(inFlight) == [])
        #expect(inFlight.user(1)?.versions[2] == second)
        #expect(server.stop() == 0)
    }
}
