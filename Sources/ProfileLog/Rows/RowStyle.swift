import LogStorage
import ToolConsole

/// How rows are to be made.
struct RowStyle: Sendable {
    var format: RowFormat
    var time: TimeStyle
    var style: Style
    /// Whether values of a table that a spreadsheet would take for formulas are guarded.
    var guardsFormulas = true
    /// Columns that a row for people has to fit into; nil for any number.
    var width: Int?

    /// A time in as many columns as there are for it.
    func text(_ time: LogTimestamp) -> String { width == nil ? self.time.text(time) : self.time.shortText(time) }

    /// Columns of a time.
    var timeWidth: Int { width == nil ? time.width : TimeStyle.shortWidth }

    /// The heading of the column of a time, which says the zone where the times do not.
    func timeHeading(_ name: String) -> String {
        DisplayWidth.padded(width == nil ? name : "\(name) (\(time == .utc ? "UTC" : "local"))", to: timeWidth)
    }
}
