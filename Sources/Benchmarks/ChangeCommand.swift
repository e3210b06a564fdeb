import ArgumentParser
import LogStorage
import Logging
import UserProfiles

/// Changes the users of a store at random or in turn, each change through the whole of the domain and its commit.
struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change the users of a store at random: updates, and some deletions and restores."
    )

    @Argument(help: "The data directory, as fill has made it.")
    var directory: String

    @Argument(help: "How many changes to make.")
    var changes: Int

    @Option(help: "Clients that write at the same time.")
    var clients = 256

    @Flag(help: "Bring back at the end the users that are deleted then.")
    var bringBack = false

    @Flag(help: "Update the users in turn instead, all of them equally often.")
    var inTurn = false

    func run() async throws {
        let configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let clock = ContinuousClock()
        let start = clock.now
        let status = store.status
        let users = status.liveUsers + status.deletedUsers
        let (changes, clients, bringBack, inTurn) = (changes, clients, bringBack, inTurn)
        try await eachClient(clients) { client in
            // A client has users of its own, so that no two change one at the same time.
            let ids = stride(from: client + 1, to: users + 1, by: clients)
            let changer = Changer(store: store, ids: ids, seed: client + 1)
            if inTurn {
                try await changer.update(rounds: changes / users)
            } else {
                try await changer.run(changes / clients)
            }
            if bringBack { try await changer.bringBack() }
        }
        let seconds = (clock.now - start) / .seconds(1)
        let records = store.status.records - status.records
        await store.close()
        print(#"{"records":\#(records),"seconds":\#(seconds),"per_second":\#(Double(records) / seconds)}"#)
    }
}
