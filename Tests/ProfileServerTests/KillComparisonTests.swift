import TestSupport
import Testing
import UserProfiles

/// The comparison after a kill is worth what it notices.
@Suite("Comparison with the journal")
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
        try KillComparison.compareChanged(journal([first, second]), with: server, "as it was")
        try KillComparison.compareAll(journal([first, second]), with: server, "as it was")
        withKnownIssue("a change is gone") {
            try KillComparison.compareChanged(journal([first, second, second]), with: server, "")
        }
        withKnownIssue("another content") {
            try KillComparison.compareChanged(journal([first, first]), with: server, "")
        }
        withKnownIssue("a change nobody asked for") {
            try KillComparison.compareChanged(journal([first]), with: server, "")
        }
        withKnownIssue("a change in flight with another content") {
            let journal = journal([first])
            journal.begin(KillJournal.Flight(name: "Zoë", attributes: nil, deleted: false), with: 1)
            try KillComparison.compareChanged(journal, with: server, "")
        }
        withKnownIssue("a user nobody created") {
            try KillComparison.compareAll(KillJournal(), with: server, "")
        }
        let inFlight = journal([first])
        inFlight.begin(KillJournal.Flight(name: "Ζωή", attributes: nil, deleted: false), with: 1)
        try KillComparison.compareChanged(inFlight, with: server, "in flight")
        #expect(inFlight.user(1)?.versions[2] == second)
        #expect(server.stop() == 0)
    }
}
