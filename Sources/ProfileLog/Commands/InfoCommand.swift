import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log info`: a data directory at a glance.
struct InfoCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what a data directory holds.",
        discussion: """
            Reads little, so it finds little of what may be damaged: profile-log verify reads everything.

            Examples:
              profile-log info --data /srv/profiles
              profile-log info --data /srv/profiles --format ndjson | jq .records
            """
    )

    @OptionGroup var data: DataOptions
    @OptionGroup var rows: RowOptions

    func validate() throws {
        if rows.format == .csv { throw ValidationError("info is one object, not rows: --format is text or ndjson.") }
    }

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        let report = InfoReport(directory: data.data, archive: archive, style: rows.style(on: console))
        switch rows.format {
        case .text: try console.output.write(report.text())
        default: try console.write(report.ndjson(), .ndjson)
        }
        for fault in archive.faults { try console.message("profile-log: damage: \(fault)") }
        return archive.faults.isEmpty ? .good : .damage
    }
}
