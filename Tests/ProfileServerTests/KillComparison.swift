import Testing
import UserProfiles

/// Compares what a restarted server has with what clients were told.
enum KillComparison {
    /// Compares all versions of the users that were changed since the last time, and settles what was in flight.
    static func compareChanged(_ journal: KillJournal, with server: ServerProcess, _ run: String) throws {
        let client = try server.client()
        for id in journal.takeTouched().sorted() { try compareHistory(of: id, journal, client, run) }
        for (email, flight) in journal.all.creations {
            guard case .array(let found)? = try client.send("GET", "/users?deleted=all&email=\(email)")["users"] else {
                Issue.record("the directory cannot be asked; \(run)")
                continue
            }
            for case .object(let user) in found {
                guard case .number(let id)? = user["id"], let id = Int(id.text) else { continue }
                #expect(matches(user, flight), "user \(id) is \(text(user)); \(run)")
                journal.settle(id, [1: user])
            }
        }
        journal.settleCreations()
    }

    /// Compares the newest state of all users; nobody else may be there.
    static func compareAll(_ journal: KillJournal, with server: ServerProcess, _ run: String) throws {
        let listed = try list(server.client())
        let users = journal.all.users
        #expect(Set(listed.keys) == Set(users.keys), "\(run)")
        for (id, known) in users {
            guard let found = listed[id] else { continue }
            #expect(found == known.versions[known.newest], "user \(id) is \(text(found)); \(run)")
        }
    }

    /// Compares every version of a user: those acknowledged, and at most the one in flight behind them.
    static func compareHistory(of id: Int, _ journal: KillJournal, _ client: HTTPClient, _ run: String) throws {
        guard let known = journal.user(id) else { return }
        let answer = try client.send("GET", "/users/\(id)/history?limit=1000")
        guard case .array(let entries)? = answer["history"] else {
            Issue.record("user \(id) has no history: \(answer.status); \(run)")
            return
        }
        #expect(
            entries.count == known.newest || entries.count == known.newest + 1,
            "user \(id) has \(entries.count) versions, acknowledged were \(known.newest); \(run)"
        )
        for (index, entry) in entries.enumerated() {
            guard case .object(let entry) = entry else { continue }
            let version = index + 1
            #expect(entry["version"] == .number(JSONNumber(version)), "a gap in the history of user \(id); \(run)")
            if let acknowledged = known.versions[version] {
                compare(entry, acknowledged, "of user \(id), version \(version); \(run)")
            } else {
                let isInFlight = version == known.newest + 1 && known.flight.map { matches(entry, $0) } == true
                #expect(isInFlight, "user \(id) was never told to be \(text(entry)); \(run)")
                try settle(id, version, journal, client)
            }
        }
        journal.settle(id, [:])
    }

    private static func compare(_ entry: JSONObject, _ acknowledged: JSONObject, _ place: String) {
        for (name, other) in [
            ("name", "name"), ("email", "email"), ("attributes", "attributes"), ("deleted", "deleted"),
            ("timestamp", "updated_at"),
        ] {
            #expect(entry[name] == acknowledged[other], "\(name) \(place)")
        }
    }

    /// Takes over what was in flight and is there: from now on it may not go.
    private static func settle(_ id: Int, _ version: Int, _ journal: KillJournal, _ client: HTTPClient) throws {
        let past = try client.send("GET", "/users/\(id)?version=\(version)")
        guard case .object(let user)? = past["user"] else {
            Issue.record("version \(version) of user \(id) cannot be read: \(past.status)")
            return
        }
        journal.settle(id, [version: user])
    }

    private static func list(_ client: HTTPClient) throws -> [Int: JSONObject] {
        var users: [Int: JSONObject] = [:]
        var path = "/users?deleted=all&limit=1000"
        while true {
            let answer = try client.send("GET", path)
            guard case .array(let page)? = answer["users"] else { throw HTTPClient.Broken() }
            for case .object(let user) in page {
                guard case .number(let id)? = user["id"], let id = Int(id.text) else { continue }
                users[id] = user
            }
            guard case .string(let next)? = answer["next"] else { return users }
            path = "/users?deleted=all&limit=1000&after=\(next)"
        }
    }

    private static func matches(_ user: JSONObject, _ flight: KillJournal.Flight) -> Bool {
        user["deleted"] == .bool(flight.deleted)
            && (flight.name == nil || user["name"] == flight.name.map(JSONValue.string))
            && (flight.attributes == nil || user["attributes"] == flight.attributes)
    }

    private static func text(_ user: JSONObject) -> String {
        String(decoding: user.minified.prefix(300), as: UTF8.self)
    }

    /// The program profile-log finds nothing wrong with the files that a kill has left.
    static func verify(_ data: String, _ run: String) {
        do {
            let (status, output) = try ServerProcess.tool(["verify", "--data", data])
            #expect(status == 0, "\(output); \(run)")
        } catch {
            Issue.record("profile-log cannot be run: \(error)")
        }
    }
}
