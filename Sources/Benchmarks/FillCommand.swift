import ArgumentParser
import LogStorage
import Logging
import UserProfiles

/// Makes a store with many users, each through the whole of the domain and its commit.
struct FillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fill", abstract: "Make a store with many users.")

    @Argument(help: "The data directory.")
    var directory: String

    @Argument(help: "How many users to make.")
    var users: Int

    @Option(help: "Clients that write at the same time.")
    var clients = 256

    @Option(help: "Changes to make to them afterwards: updates, and some deletions and restores.")
    var changes = 0

    func run() async throws {
        let configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let clock = ContinuousClock()
        let start = clock.now
        let (users, clients, changes) = (users, clients, changes)
        try await eachClient { try await Self.create(stride(from: $0, to: users, by: clients), in: store) }
        if changes > 0 {
            try await eachClient { client in
                // A client has users of its own, so that no two change one at the same time.
                let ids = stride(from: client + 1, to: users + 1, by: clients)
                try await Changer(store: store, ids: ids, seed: client + 1).run(changes / clients)
            }
        }
        let seconds = (clock.now - start) / .seconds(1)
        await store.close()
        print(#"{"users":\#(users),"seconds":\#(seconds),"per_second":\#(Double(users) / seconds)}"#)
    }

    private func eachClient(_ body: @escaping @Sendable (_ client: Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { try await body(client) }
            }
            try await group.waitForAll()
        }
    }

    // Written out like this because `_ = try await` of a call with typed errors crashes the optimizer of Swift 6.3.1.
    private static func create(_ indices: StrideTo<Int>, in store: ProfileStore) async throws {
        for index in indices {
            let draft = try draft(index + 1)
            do throws(ProfileError) {
                let user = try await store.create(draft, context(index))
                guard user.version == ProfileVersion(1) else { return }
            } catch {
                throw error
            }
        }
    }

    /// One change of 100,000 is by another actor, to be found again.
    private static func context(_ index: Int) -> ChangeContext {
        let actor = index % 100_000 == 50_000 ? "rare" : "admin"
        return ChangeContext(actor: actor, reason: nil, requestID: "01K5ZJ8Q2MXWT", sourceIP: nil)
    }

    private static let cities = ["Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo"]

    private static func draft(_ index: Int) throws -> ProfileDraft {
        let json = """
            {"name":"User \(index)","email":"user\(index)@example.com",\
            "attributes":{"city":"\(cities[index % cities.count])","department":"Engineering"}}
            """
        return try ProfileDraft(json: JSONParser.parse(Array(json.utf8)))
    }
}
