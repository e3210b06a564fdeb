import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log records`: the changes of the log, one a row.
struct RecordsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "List changes, oldest first.",
        discussion: """
            On a terminal a row is one line that fits; --wide shows whole rows. Filters are combined. Rows up to the first damage are shown, with --skip-damage those behind it too.

            Examples:
              profile-log records --data /srv/profiles --actor ines --since 2026-11-01T00:00:00Z
              profile-log records --data /srv/profiles --reverse --limit 20
              profile-log records --data /srv/profiles --follow --format ndjson | jq .email
            """
    )

    @OptionGroup var data: DataOptions
    @OptionGroup var filters: FilterOptions

    @Option(help: ArgumentHelp("Only records from this number on.", valueName: "lsn"), transform: OptionValue.lsn)
    var from: LogSequenceNumber?

    @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"), transform: OptionValue.count)
    var limit: Int?

    @Flag(help: "Newest first.")
    var reverse = false

    @Flag(help: "Wait for new records of a running server and show them; Ctrl-C ends it.")
    var follow = false

    @OptionGroup var damage: DamageOptions
    @OptionGroup var rows: RowOptions
    @OptionGroup var width: WidthOptions

    func validate() throws {
        if follow, reverse {
            throw ValidationError("--follow shows what comes after the last record, so it does not go with --reverse.")
        }
        if follow, filters.until != nil {
            throw ValidationError("--follow has no end, so it does not go with --until.")
        }
    }

    func run(on console: Console) throws -> ToolStatus {
        if follow { Interruption.listen() }
        let archive = try data.archive()
        let style = rows.style(on: console, wide: width.wide)
        let layout = EntryLine(style: style, columns: EntryColumns(last: archive.last.lsn, style))
        let printer = EntryPrinter(
            archive,
            filters.filter,
            layout,
            rows.format,
            order: reverse ? .descending : .ascending,
            skipsDamage: damage.skipDamage,
            console: console
        )
        try printer.writeHeading()
        var rest = limit ?? .max
        let end = archive.last.lsn
        if let range = try range(in: archive) { rest -= try printer.write(range, limit: rest) }
        if follow { try show(archive, after: end, limit: rest, printer, console) }
        return printer.status
    }

    /// The records that time and `--from` leave.
    private func range(in archive: LogArchive) throws -> ClosedRange<LogSequenceNumber>? {
        guard let range = try archive.range(of: filters.filter) else { return nil }
        let first = max(range.lowerBound, from ?? range.lowerBound)
        return first <= range.upperBound ? first...range.upperBound : nil
    }

    /// Shows records as they come, until nobody wants more of them.
    private func show(
        _ archive: LogArchive,
        after end: LogSequenceNumber,
        limit: Int,
        _ printer: EntryPrinter<EntryLine>,
        _ console: Console
    ) throws {
        var shown = end
        var rest = limit
        while rest > 0 {
            try console.output.flush()
            if Interruption.isRequested { return }
            try console.output.wait(milliseconds: Self.pauseInMilliseconds)
            guard try archive.refresh() else { continue }
            let last = archive.last.lsn
            let first = max(shown.next, from ?? .zero)
            shown = last
            if first <= last { rest -= try printer.write(first...last, limit: rest) }
        }
    }

    /// Short enough that a new record is seen at once, long enough to cost nothing.
    private static let pauseInMilliseconds: Int32 = 200
}
