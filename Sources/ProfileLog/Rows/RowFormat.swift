import ArgumentParser
import ToolConsole

/// What rows look like.
enum RowFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Aligned, for people.
    case text
    /// One JSON object a line, as the HTTP interface has it.
    case ndjson
    /// RFC 4180, safe to open in a spreadsheet.
    case csv
}

extension Console {
    /// Writes rows of a format: to a terminal without characters that would control it, elsewhere byte for byte.
    func write(_ rows: [UInt8], _ format: RowFormat) throws(OutputError) {
        guard isTerminal else { return try output.write(rows) }
        switch format {
        // Made visible where it was made: it has colours.
        case .text: try output.write(rows)
        case .ndjson: try output.write(VisibleText.ofJSON(rows))
        case .csv: try output.write(VisibleText.ofLines(rows))
        }
    }
}
