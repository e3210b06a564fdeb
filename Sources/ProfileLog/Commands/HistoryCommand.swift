import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log history`: the life of one user.
struct HistoryCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show a user's life: who, when, why, field by field, old and new.",
        discussion: """
            Examples:
              profile-log history --data /srv/profiles 42
              profile-log history --data /srv/profiles 42 --format csv > user-42.csv
            """
    )

    @OptionGroup var data: DataOptions

    @Argument(help: ArgumentHelp("The user.", valueName: "id"), transform: OptionValue.user)
    var user: UserID

    @OptionGroup var damage: DamageOptions
    @OptionGroup var rows: RowOptions

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        var filter = EntryFilter()
        filter.userID = user
        let layout = EntryTimeline(style: rows.style(on: console), user: user)
        let printer = EntryPrinter(
            archive,
            filter,
            layout,
            rows.format,
            skipsDamage: damage.skipDamage,
            console: console
        )
        let range = try archive.range(of: filter)
        let shown = try range.map { try printer.write($0) } ?? 0
        guard shown > 0 || printer.status == .damage else {
            throw ToolFailure(.noData, "there is no user \(user) in \(data.data)")
        }
        return printer.status
    }
}
