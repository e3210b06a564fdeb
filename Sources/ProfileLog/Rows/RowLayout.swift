import UserProfiles

/// What one kind of row looks like in each format.
protocol RowLayout: Sendable {
    associatedtype Row

    /// Whether values of a table that a spreadsheet would take for formulas are guarded.
    var guardsFormulas: Bool { get }
    /// What stands above the first row for people; with its line feed.
    var textHeading: String { get }
    var csvColumns: [String] { get }

    /// The row for people; with its line feed.
    func text(_ row: Row) -> String
    func write(_ row: Row, to json: inout JSONWriter)
    func write(_ row: Row, to csv: inout CSVWriter)
}

extension RowLayout {
    var guardsFormulas: Bool { true }
}
