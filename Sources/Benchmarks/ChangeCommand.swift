import ArgumentParser
import LogStorage
import Logging
import UserProfiles

/// Changes the users of a store at random, each change through the whole of the domain and its commit.
struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change the users of a store: updates, and some deletions and restores."
    )

    @Argument(help: "The data directory, as fill has made it.")
    var directory: String

    @Argument(help: "How many changes to make.")
    var changes: Int

    @Option(help: "Clients that write at the same time.")
    var clients = 256

    @Flag(help: "Bring back at the end the users that are deleted then.")
    var bringBack = false

    func run() async throws {
        let configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let clock = ContinuousClock()
        let start = clock.now
        let status = store.status
        let (users, clients, times, bringBack) =
            (status.liveUsers + status.deletedUsers, clients, changes / clients, bringBack)
        try await eachClient(clients) { client in
            // A client has users of its own, so that no two change one at the same time.
            let ids = stride(from: client + 1, to: users + 1, by: clients)
            let changer = Changer(store: store, ids: ids, seed: client + 1)
            try await changer.run(times)
            if bringBack { try await changer.bringBack() }
        }
        let seconds = (clock.now - start) / .seconds(1)
        let records = store.status.records - status.records
        await store.close()
        print(#"{"records":\#(records),"seconds":\#(seconds),"per_second":\#(Double(records) / seconds)}"#)
    }
}
