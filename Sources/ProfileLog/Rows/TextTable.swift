import ToolConsole

/// A small table for people, its columns as wide as what is in them.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// - Parameter rightAligned: the columns of numbers.
    init(_ heading: [String], rightAligned: Set<Int>) {
        rows = [heading]
        self.rightAligned = rightAligned
    }

    /// Adds a row; what comes from the files is made visible.
    mutating func add(_ row: [String]) {
        rows.append(row.map { VisibleText.of($0) })
    }

    func text(_ style: Style) -> String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.reduce(0) { max($0, DisplayWidth.of($1[column])) } }
        var text = ""
        for (index, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, cell in
                rightAligned.contains(column)
                    ? DisplayWidth.rightAligned(cell, to: widths[column])
                    : column == columns - 1 ? cell : DisplayWidth.padded(cell, to: widths[column])
            }
            let line = cells.joined(separator: "  ").withoutBlanksAtEnd
            text += (index == 0 ? style.text(line, .heading) : line) + "\n"
        }
        return text
    }
}
