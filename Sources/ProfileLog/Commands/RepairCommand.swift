import ArgumentParser
import LogStorage
import ToolConsole

/// `profile-log repair`: what is damaged, what can be saved, and saving it elsewhere.
struct RepairCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Say what is damaged and what can be saved, or save it to a new directory.",
        discussion: """
            The original is never touched. With --to, the new directory holds a store of all records before the first \
            damaged one, repair-report.txt, and, if records behind the damage could be read, salvaged.ndjson with \
            those: they cannot be served again, because a log has no gaps. The server must be stopped.

            Exit codes: 0 nothing is damaged; 1 there is damage, and nothing was written; 2 there is damage, and \
            everything that can be saved is in the new directory.

            Examples:
              profile-log repair --data /srv/profiles
              profile-log repair --data /srv/profiles --to /srv/repaired
            """
    )

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("The new data directory; must be missing or empty.", valueName: "new"))
    var to: String?

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        let repairer = StoreRepairer(archive)
        let reading = ProgressLine("read", on: console)
        let plan = try repairer.plan { reading.show(bytes: $0, of: $1, records: 0) }
        reading.clear()
        let report = RepairReport(directory: data.data, plan: plan)
        try console.output.write(report.text)
        guard let to else {
            if plan.isNeeded {
                try console.output.write("\nNothing was written: give --to to save what can be saved.\n")
            }
            return plan.isNeeded ? .damage : .good
        }
        try console.output.flush()
        let summary = try repair(repairer, plan, report, to, console)
        try console.output.write("\n\(RepairReport.text(of: summary, in: to))")
        return plan.isNeeded ? .repaired : .good
    }

    private func repair(
        _ repairer: StoreRepairer,
        _ plan: RepairPlan,
        _ report: RepairReport,
        _ directory: String,
        _ console: Console
    ) throws -> RepairSummary {
        let writing = ProgressLine("write", on: console)
        defer { writing.clear() }
        let salvage = SalvageFile(directory)
        do {
            let summary = try repairer.repair(
                plan,
                to: directory,
                progress: { writing.show(bytes: $0, of: $1, records: 0) },
                salvaged: { try salvage.add($0, $1) }
            )
            try salvage.finish()
            try NewFile.write(
                report.text + "\n" + RepairReport.text(of: summary, in: directory),
                in: directory,
                name: RepairReport.fileName
            )
            return summary
        } catch let error as LogError {
            throw ToolFailure(target: error)
        }
    }
}

extension ToolStatus {
    /// The store is damaged, and everything that could be saved of it is in a new directory.
    static let repaired = ToolStatus(rawValue: 2)
}
