import ArgumentParser
import ToolConsole

/// What the rows are to look like.
struct RowOptions: ParsableArguments {
    @Option(help: "What rows look like: text, ndjson (as the API has it) or csv (RFC 4180).")
    var format = RowFormat.text

    @Flag(help: "Show times in the machine's time zone instead of UTC; for text only.")
    var local = false

    @Flag(
        name: .customLong("no-guard"),
        help: "Write values as they are, without the apostrophe before what a spreadsheet takes for a formula; for csv."
    )
    var noGuard = false

    init() {}

    func validate() throws {
        guard !noGuard || format == .csv else { throw ValidationError("--no-guard is for --format csv.") }
        guard !local || format == .text else {
            throw ValidationError("--local is for --format text: the times of \(format) are always in UTC.")
        }
    }

    /// - Parameter wide: whether rows may be wider than the terminal.
    func style(on console: Console, wide: Bool = true) -> RowStyle {
        RowStyle(
            format: format,
            time: local ? .local : .utc,
            style: console.style,
            guardsFormulas: !noGuard,
            width: wide ? nil : console.width
        )
    }
}

/// How wide rows for people may be.
struct WidthOptions: ParsableArguments {
    @Flag(help: "Show whole rows on a terminal, however wide: times to the microsecond, versions, long values.")
    var wide = false

    init() {}
}
