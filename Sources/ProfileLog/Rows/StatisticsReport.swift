import LogStorage
import ToolConsole
import UserProfiles

/// What `stats` shows.
struct StatisticsReport {
    let statistics: LogStatistics
    let archive: LogArchive
    let style: RowStyle

    /// Actors and days that the text shows.
    private static let shownActors = 10
    private static let shownDays = 31

    // MARK: Text

    /// For people, with bars that fit into `width` columns.
    func text(width: Int) -> String {
        let bytes = archive.extent.bytes
        let records = statistics.records
        var text = "\(Amount.text(records)) records, \(Amount.bytes(bytes))"
        if records > 0 { text += ", \(Amount.text(Double(bytes) / Double(records), decimals: 0)) bytes a record" }
        text += "\n"
        guard records > 0 else { return text }
        let actors = statistics.byActor
        let days = statistics.byDay
        text += chart("Operations", statistics.byOperation, width)
        text += chart(title("Actors", actors.count, Self.shownActors), Array(actors.prefix(Self.shownActors)), width)
        text += chart(title("Days", days.count, Self.shownDays), Array(days.suffix(Self.shownDays)), width)
        text += chart("Busiest users", statistics.byUser, width)
        return text
    }

    private func title(_ name: String, _ count: Int, _ shown: Int) -> String {
        count > shown ? "\(name) (\(shown) of \(Amount.text(count)))" : name
    }

    private func chart(_ title: String, _ counts: [LogStatistics.Count], _ width: Int) -> String {
        let rows = counts.map { (name: VisibleText.of($0.key), number: Amount.text($0.records), count: $0.records) }
        let nameWidth = min(32, rows.reduce(0) { max($0, DisplayWidth.of($1.name)) })
        let numberWidth = rows.reduce(0) { max($0, $1.number.count) }
        let most = max(1, counts.reduce(0) { max($0, $1.records) })
        let room = max(8, min(60, width - nameWidth - numberWidth - 8))
        var text = "\n" + style.style.text(title, .heading) + "\n"
        for row in rows {
            let name = DisplayWidth.padded(DisplayWidth.shortened(row.name, to: nameWidth), to: nameWidth)
            let number = DisplayWidth.rightAligned(row.number, to: numberWidth)
            let bar = Self.bar(Double(row.count) / Double(most), room)
            text += "  \(name)  \(number)  \(style.style.text(bar, .accent))".withoutBlanksAtEnd + "\n"
        }
        return text
    }

    /// A bar of at most `width` columns, exact to an eighth of one.
    private static func bar(_ share: Double, _ width: Int) -> String {
        let eighths = Int((share * Double(width) * 8).rounded(.up))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    // MARK: For programs

    private var groups: [(name: String, counts: [LogStatistics.Count])] {
        [
            ("operation", statistics.byOperation), ("actor", statistics.byActor), ("day", statistics.byDay),
            ("user", statistics.byUser),
        ]
    }

    /// An object a line: `{"group":…,"key":…,"records":…}`; the first one is about all records.
    func ndjson() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("group")
        json.string("all")
        json.key("key")
        json.null()
        json.key("records")
        json.number(statistics.records)
        json.key("bytes")
        json.number(archive.extent.bytes)
        json.endObject()
        json.endLine()
        for (name, counts) in groups {
            for count in counts {
                json.beginObject()
                json.key("group")
                json.string(name)
                json.key("key")
                json.string(count.key)
                json.key("records")
                json.number(count.records)
                json.endObject()
                json.endLine()
            }
        }
        return json.bytes
    }

    func csv() -> [UInt8] {
        var csv = CSVWriter(guardsFormulas: style.guardsFormulas)
        csv.row(["group", "key", "records"])
        csv.row(["all", "", "\(statistics.records)"])
        for (name, counts) in groups {
            for count in counts { csv.row([name, count.key, "\(count.records)"]) }
        }
        return csv.bytes
    }
}
