import ToolConsole

/// How rows are to be made.
struct RowStyle: Sendable {
    var format: RowFormat
    var time: TimeStyle
    var style: Style
    /// Whether values of a table that a spreadsheet would take for formulas are guarded.
    var guardsFormulas = true
}
