import ArgumentParser
import LogStorage
import ToolConsole

/// `profile-log copy`: a consistent copy of a store, in use or not.
struct CopyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a live or stopped store, verified as it is written.",
        discussion: """
            The copy holds everything that was acknowledged before the copying began, and is a data directory like any \
            other. A damaged store is not copied: see profile-log repair.

            Examples:
              profile-log copy --data /srv/profiles --to /backup/2026-11-22
            """
    )

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("The new data directory; must be missing or empty.", valueName: "new"))
    var to: String

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        let progress = ProgressLine("copy", on: console)
        let summary: CopySummary
        do throws(LogError) {
            summary = try StoreCopier(archive).copy(to: to) { progress.show(bytes: $0, of: $1, records: 0) }
        } catch {
            progress.clear()
            throw ToolFailure(target: error)
        }
        progress.clear()
        if let tail = summary.tornTail { try console.message("profile-log: left out: \(tail)") }
        var parts = [
            "\(Amount.text(summary.records)) records", Amount.bytes(summary.bytes),
            summary.checkpoint.map { "checkpoint at record \(Amount.text($0.rawValue))" } ?? "no checkpoint",
        ]
        if let tree = summary.tree { parts.append("tree root \(tree.head)") }
        try console.output.write("\(console.style.text("copied", .good)): \(parts.joined(separator: "; "))\n")
        return .good
    }
}

extension ToolFailure {
    /// What a new directory that cannot be used, or is already something, comes to: a wrong command, no damage.
    init(target error: LogError) {
        self.init(error.code == .invalidDirectory ? .usage : ToolFailure(error).status, error.description)
    }
}
