import ArgumentParser

/// In-process parts of `scripts/bench`; each prints its figures as one line of JSON.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measures parts of the system that cannot be seen from outside.",
        subcommands: [
            FillCommand.self, ChangeCommand.self, OpenCommand.self, QueryCommand.self, AppendCommand.self,
            DiskCommand.self, ServeCommand.self,
        ]
    )
}
