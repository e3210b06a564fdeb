import LogStorage
import ToolConsole

/// What a repair finds and does, in words; also what `repair-report.txt` holds.
struct RepairReport {
    static let fileName = "repair-report.txt"

    let directory: String
    let plan: RepairPlan

    var text: String {
        guard plan.isNeeded else {
            return
                "good: nothing in \(VisibleText.of(directory)) is damaged; \(Self.records(plan.servedLSN)) can be served\n"
        }
        let line = FindingLine(style: Style(isColored: false))
        var text = "Damage in \(VisibleText.of(directory))\n\n"
        for finding in plan.findings { text += line.text(finding) }
        text += "\nWhat can be saved\n\n"
        if plan.keepsEveryRecord {
            text += "  Every record: only what is derived from the records is damaged, and can be made anew.\n"
            text += "  The new store keeps the store's id and serves \(Self.records(plan.servedLSN)).\n"
            return text
        }
        text += "  \(Self.records(plan.servedLSN)) can be served by a new store, which gets an id of its own.\n"
        if plan.salvageable > 0 {
            text += "  \(Amount.text(plan.salvageable)) records behind the damage can be read but not served; "
            text += "they go to \(SalvageFile.name).\n"
        }
        for range in plan.lost { text += "  Lost: \(Self.text(range)).\n" }
        return text
    }

    /// What was written.
    static func text(of summary: RepairSummary, in directory: String) -> String {
        var text = "Written to \(VisibleText.of(directory))\n\n"
        text += "  Store \(summary.storeID): \(records(summary.plan.servedLSN)), \(Amount.bytes(summary.bytes)); "
        text += summary.checkpoint.map { "checkpoint at record \(Amount.text($0.rawValue))" } ?? "no checkpoint"
        text += ".\n"
        if summary.plan.salvageable > 0 {
            text += "  \(SalvageFile.name): \(Amount.text(summary.plan.salvageable)) records, one JSON object a line.\n"
        }
        return text
    }

    private static func records(_ lsn: LogSequenceNumber) -> String {
        lsn == .zero
            ? "no records" : lsn == LogSequenceNumber(1) ? "record 1" : "records 1–\(Amount.text(lsn.rawValue))"
    }

    private static func text(_ lsns: ClosedRange<LogSequenceNumber>) -> String {
        lsns.lowerBound == lsns.upperBound
            ? "record \(lsns.lowerBound)"
            : "records \(Amount.text(lsns.lowerBound.rawValue))–\(Amount.text(lsns.upperBound.rawValue))"
    }
}
