import ToolConsole

/// How rows are to be made.
struct RowStyle: Sendable {
    var format: RowFormat
    var time: TimeStyle
    var style: Style
}
