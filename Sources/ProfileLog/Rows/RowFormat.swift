import ArgumentParser

/// What rows look like.
enum RowFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Aligned, for people.
    case text
    /// One JSON object a line, as the HTTP interface has it.
    case ndjson
    /// RFC 4180, safe to open in a spreadsheet.
    case csv
}
