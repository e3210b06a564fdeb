import Testing
import UserProfiles

/// Compares what a restarted server has with what clients were told, and says each difference.
struct KillComparison {
    private let journal: KillJournal
    private let server: ServerProcess
    private var differences: [String] = []

    private init(_ journal: KillJournal, _ server: ServerProcess) {
        self.journal = journal
        self.server = server
    }

    /// Compares all versions of the users that were changed since the last time, and settles what was in flight.
    static func changed(_ journal: KillJournal, with server: ServerProcess) throws -> [String] {
        var comparison = KillComparison(journal, server)
        let client = try server.client()
        for id in journal.takeTouched().sorted() { try comparison.compareHistory(of: id, client) }
        try comparison.compareCreations(client)
        return comparison.differences
    }

    /// Compares the newest state of all users; nobody else may be there.
    static func all(_ journal: KillJournal, with server: ServerProcess) throws -> [String] {
        var comparison = KillComparison(journal, server)
        let listed = try list(server.client())
        let users = journal.all.users
        comparison.check(
            Set(listed.keys) == Set(users.keys),
            "users \(listed.keys.sorted()), not \(users.keys.sorted())"
        )
        for (id, known) in users {
            guard let found = listed[id] else { continue }
            comparison.check(found == known.versions[known.newest], "user \(id) is \(text(found))")
        }
        return comparison.differences
    }

    /// Compares every version of all users: those acknowledged, and at most the one in flight behind them.
    static func histories(_ journal: KillJournal, with server: ServerProcess) throws -> [String] {
        var comparison = KillComparison(journal, server)
        let client = try server.client()
        for id in journal.all.users.keys.sorted() { try comparison.compareHistory(of: id, client) }
        return comparison.differences
    }

    private mutating func check(_ isRight: Bool, _ difference: @autoclosure () -> String) {
        if !isRight { differences.append(difference()) }
    }

    private mutating func compareCreations(_ client: HTTPClient) throws {
        for (email, flight) in journal.all.creations {
            guard case .array(let found)? = try client.send("GET", "/users?deleted=all&email=\(email)")["users"] else {
                differences.append("the directory cannot be asked for \(email)")
                continue
            }
            for case .object(let user) in found {
                guard case .number(let id)? = user["id"], let id = Int(id.text) else { continue }
                check(Self.matches(user, flight), "user \(id) is \(Self.text(user))")
                journal.settle(id, [1: user])
            }
        }
        journal.settleCreations()
    }

    private mutating func compareHistory(of id: Int, _ client: HTTPClient) throws {
        guard let known = journal.user(id) else { return }
        let answer = try client.send("GET", "/users/\(id)/history?limit=1000")
        guard case .array(let entries)? = answer["history"] else {
            return differences.append("user \(id) has no history: \(answer.status)")
        }
        check(
            entries.count == known.newest || entries.count == known.newest + 1,
            "user \(id) has \(entries.count) versions, acknowledged were \(known.newest)"
        )
        for (index, entry) in entries.enumerated() {
            guard case .object(let entry) = entry else { continue }
            let version = index + 1
            check(entry["version"] == .number(JSONNumber(version)), "a gap in the history of user \(id)")
            if let acknowledged = known.versions[version] {
                compare(entry, acknowledged, "of user \(id), version \(version)")
            } else {
                let isInFlight = version == known.newest + 1 && known.flight.map { Self.matches(entry, $0) } == true
                check(isInFlight, "user \(id) was never told to be \(Self.text(entry))")
                try settle(id, version, client)
            }
        }
        journal.settle(id, [:])
    }

    private mutating func compare(_ entry: JSONObject, _ acknowledged: JSONObject, _ place: String) {
        for (name, other) in [
            ("name", "name"), ("email", "email"), ("attributes", "attributes"), ("deleted", "deleted"),
            ("timestamp", "updated_at"),
        ] {
            check(entry[name] == acknowledged[other], "another \(name) \(place)")
        }
    }

    /// Takes over what was in flight and is there: from now on it may not go.
    private mutating func settle(_ id: Int, _ version: Int, _ client: HTTPClient) throws {
        let past = try client.send("GET", "/users/\(id)?version=\(version)")
        guard case .object(let user)? = past["user"] else {
            return differences.append("version \(version) of user \(id) cannot be read: \(past.status)")
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
