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

    func run() async throws {
        let configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                let indices = stride(from: client, to: users, by: clients)
                group.addTask { try await Self.create(indices, in: store) }
            }
            try await group.waitForAll()
        }
        let seconds = (clock.now - start) / .seconds(1)
        await store.close()
        print(#"{"users":\#(users),"seconds":\#(seconds),"per_second":\#(Double(users) / seconds)}"#)
    }

    // Written out like this because `_ = try await` of a call with typed errors crashes the optimizer of Swift 6.3.1.
    private static func create(_ indices: StrideTo<Int>, in store: ProfileStore) async throws {
        for index in indices {
            let draft = try draft(index + 1)
            do throws(ProfileError) {
                let user = try await store.create(draft, context)
                guard user.version == ProfileVersion(1) else { return }
            } catch {
                throw error
            }
        }
    }

    private static let context = ChangeContext(actor: "admin", reason: nil, requestID: "01K5ZJ8Q2MXWT", sourceIP: nil)
    private static let cities = ["Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo"]

    private static func draft(_ index: Int) throws -> ProfileDraft {
        let json = """
            {"name":"User \(index)","email":"user\(index)@example.com",\
            "attributes":{"city":"\(cities[index % cities.count])","department":"Engineering"}}
            """
        return try ProfileDraft(json: JSONParser.parse(Array(json.utf8)))
    }
}
