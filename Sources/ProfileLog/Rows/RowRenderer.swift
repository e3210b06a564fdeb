import UserProfiles

/// Makes rows. Each thread has its own.
struct RowRenderer<Layout: RowLayout>: Sendable {
    private let layout: Layout
    let format: RowFormat
    private var json = JSONWriter(reservingCapacity: 0)
    private var csv: CSVWriter
    private var text: [UInt8] = []
    private var ends: [Int] = []

    /// The size at which rows should be handed on.
    private static var pieceBytes: Int { 64 << 10 }

    init(_ layout: Layout, _ format: RowFormat) {
        self.layout = layout
        self.format = format
        csv = CSVWriter(guardsFormulas: layout.guardsFormulas)
    }

    /// What stands above the first row, if the format has something there.
    func heading() -> [UInt8] {
        switch format {
        case .text: return Array(layout.textHeading.utf8)
        case .ndjson: return []
        case .csv:
            var csv = csv
            csv.removeAll()
            csv.row(layout.csvColumns)
            return csv.bytes
        }
    }

    mutating func append(_ row: Layout.Row) {
        switch format {
        case .text: text.append(contentsOf: layout.text(row).utf8)
        case .ndjson:
            layout.write(row, to: &json)
            json.endLine()
        case .csv: layout.write(row, to: &csv)
        }
        ends.append(count)
    }

    /// Appends a row and hands on what there is if that is enough.
    ///
    /// - Returns: whether more is wanted.
    mutating func append(_ row: Layout.Row, _ emit: (RowPiece) -> Bool) -> Bool {
        append(row)
        return count < Self.pieceBytes || emit(take())
    }

    /// Gives up the rows made so far.
    mutating func take() -> RowPiece {
        defer {
            ends.removeAll(keepingCapacity: true)
            switch format {
            case .text: text.removeAll(keepingCapacity: true)
            case .ndjson: json = JSONWriter(reservingCapacity: Self.pieceBytes + Self.pieceBytes / 8)
            case .csv: csv.removeAll()
            }
        }
        switch format {
        case .text: return RowPiece(bytes: text, ends: ends)
        case .ndjson: return RowPiece(bytes: json.bytes, ends: ends)
        case .csv: return RowPiece(bytes: csv.bytes, ends: ends)
        }
    }

    private var count: Int {
        switch format {
        case .text: text.count
        case .ndjson: json.bytes.count
        case .csv: csv.bytes.count
        }
    }
}
