import ArgumentParser
import BuildInfo
import ToolConsole

/// `profile-log`: reads, checks and follows the log without the server.
@main
struct ProfileLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile-log",
        abstract: "Reads, checks and follows the log of user profiles without the server.",
        discussion: """
            It opens the files of a data directory for reading only and takes no lock, so it may run beside the server \
            that writes them. Only copy --to and repair --to write, and only to the new directory.

            Exit codes: 0 good, 1 damage found, 2 repair --to saved what could be saved of a damaged store, 64 wrong usage, \
            66 no such data, 74 input or output failed.
            """,
        version: "profile-log \(BuildInfo.text)",
        subcommands: [
            InfoCommand.self, RecordsCommand.self, HistoryCommand.self, StateCommand.self, VerifyCommand.self,
            StatsCommand.self, CopyCommand.self, RepairCommand.self,
        ]
    )
}

extension ConsoleCommand {
    static var toolName: String { "profile-log" }
}
