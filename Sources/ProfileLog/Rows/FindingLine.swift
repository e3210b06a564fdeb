import LogStorage
import ToolConsole
import UserProfiles

/// Something that is wrong with a store.
struct FindingLine: RowLayout {
    let style: Style

    var textHeading: String { "" }

    func text(_ finding: DamageFinding) -> String {
        var place = finding.file
        if let offset = finding.offset { place += ", offset \(offset)" }
        if let lsns = finding.lsns { place += ", \(Self.text(lsns))" }
        return """
            \(style.text("damage", .bad))  \(VisibleText.of(finding.message))
                    in \(VisibleText.of(place))
                    → \(VisibleText.of(finding.advice))

            """
    }

    private static func text(_ lsns: ClosedRange<LogSequenceNumber>) -> String {
        lsns.lowerBound == lsns.upperBound
            ? "record \(lsns.lowerBound)" : "records \(lsns.lowerBound)–\(lsns.upperBound)"
    }

    var csvColumns: [String] { ["kind", "file", "offset", "first_lsn", "last_lsn", "message", "advice"] }

    func write(_ finding: DamageFinding, to json: inout JSONWriter) {
        json.beginObject()
        json.key("kind")
        json.string(finding.kind.rawValue)
        json.key("file")
        json.string(finding.file)
        json.key("offset")
        if let offset = finding.offset { json.number(offset) } else { json.null() }
        json.key("first_lsn")
        if let lsns = finding.lsns { json.number(lsns.lowerBound.rawValue) } else { json.null() }
        json.key("last_lsn")
        if let lsns = finding.lsns { json.number(lsns.upperBound.rawValue) } else { json.null() }
        json.key("message")
        json.string(finding.message)
        json.key("advice")
        json.string(finding.advice)
        json.endObject()
    }

    func write(_ finding: DamageFinding, to csv: inout CSVWriter) {
        csv.row([
            finding.kind.rawValue, finding.file, finding.offset.map { "\($0)" } ?? "",
            finding.lsns.map { "\($0.lowerBound)" } ?? "", finding.lsns.map { "\($0.upperBound)" } ?? "",
            finding.message, finding.advice,
        ])
    }
}
