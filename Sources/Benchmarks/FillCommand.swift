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
        let (users, clients) = (users, clients)
        try await eachClient(clients) { try await Self.create(stride(from: $0, to: users, by: clients), in: store) }
        let seconds = (clock.now - start) / .seconds(1)
        await store.close()
        print(#"{"users":\#(users),"seconds":\#(seconds),"per_second":\#(Double(users) / seconds)}"#)
    }

    // Written out like this because `_ = try await` of a call with typed errors crashes the optimizer of Swift 6.3.1.
    private static func create(_ indices: StrideTo<Int>, in store: ProfileStore) async throws {
        for index in indices {
            let draft = try SampleProfile.draft(index + 1)
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
}
