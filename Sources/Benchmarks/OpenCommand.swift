import ArgumentParser
import LogStorage
import Logging
import UserProfiles

/// Times a start, from nothing to the moment at which requests could be answered.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "Time a start of the store.")

    @Argument(help: "The data directory.")
    var directory: String

    func run() async throws {
        var configuration = ProfileStoreConfiguration(log: LogConfiguration(directory: directory))
        configuration.checkpointAtClose = false
        let clock = ContinuousClock()
        let start = clock.now
        let store = try ProfileStore.open(configuration, logger: Logger(label: "benchmark"))
        let seconds = (clock.now - start) / .seconds(1)
        // The texts to search in are part of the index's size, and come after the start.
        while store.status.searchableUsers < store.status.liveUsers {
            try await Task.sleep(for: .milliseconds(50))
        }
        let status = store.status
        await store.close()
        print(
            """
            {"seconds":\(seconds),"records":\(status.records),"live_users":\(status.liveUsers),\
            "index_bytes":\(status.indexBytes)}
            """
        )
    }
}
