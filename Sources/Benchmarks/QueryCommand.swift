import ArgumentParser
import LogStorage
import Logging
import UserProfiles

/// Times single reads and whole-index queries of a filled store, without HTTP.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "query", abstract: "Time reads and queries.")

    @Argument(help: "The data directory, as fill has made it.")
    var directory: String

    func run() async throws {
        var configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        configuration.checkpointAtClose = false
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let clock = ContinuousClock()
        let filling = clock.now
        while store.status.searchableUsers < store.status.liveUsers {
            try await Task.sleep(for: .milliseconds(10))
        }
        report("search texts filled, s", 1, clock.now - filling, unit: .seconds(1))
        let users = UInt64(store.status.liveUsers)
        try measure("user by id, µs", 200_000, unit: .microseconds(1)) { round in
            _ = try store.user(UserID(UInt64(round) &* 7_919 % users + 1))
        }
        for (name, query) in Self.queries {
            try measure("\(name), ms", 5, unit: .milliseconds(1)) { _ in _ = try store.users(query) }
        }
        var audit = AuditQuery()
        audit.actor = "nobody"
        try measure("audit of an unknown actor, ms", 5, unit: .milliseconds(1)) { _ in _ = try store.audit(audit) }
        await store.close()
    }

    private static var queries: [(String, UserQuery)] {
        func query(_ change: (inout UserQuery) -> Void) -> UserQuery {
            var query = UserQuery()
            change(&query)
            return query
        }
        return [
            ("first page by id", query { _ in }),
            ("q without a hit", query { $0.q = "nobody at all" }),
            ("q with one late hit", query { $0.q = "user999999@" }),
            ("by name", query { $0.sort = .name }),
            (
                "by name, q in every text",
                query {
                    $0.sort = .name; $0.q = "example"
                }
            ),
            ("newest changes", query { $0.sort = .updatedAtDescending }),
            ("by email address", query { $0.email = "USER500000@example.com" }),
        ]
    }

    private func measure(_ name: String, _ rounds: Int, unit: Duration, _ body: (Int) throws -> Void) throws {
        let clock = ContinuousClock()
        let start = clock.now
        for round in 0..<rounds { try body(round) }
        report(name, rounds, clock.now - start, unit: unit)
    }

    private func report(_ name: String, _ rounds: Int, _ time: Duration, unit: Duration) {
        let each = time / unit / Double(rounds)
        print("\(name): \((each * 100).rounded() / 100)")
    }
}
