/// A line on a terminal that says how far a long work is, how fast it goes and how long it will take.
package final class ProgressLine {
    private let console: Console
    private let what: String
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant
    private var isShown = false

    private static let barWidth = 24
    /// Five times a second is smooth enough.
    private static let interval = Duration.milliseconds(200)

    /// - Parameter what: what is being done, in a word.
    package init(_ what: String, on console: Console) {
        self.what = what
        self.console = console
        start = clock.now
        lastShown = start
    }

    package func show(bytes: UInt64, of total: UInt64, records: UInt64) {
        show { Self.text(what, bytes, total, records, $0) }
    }

    /// Shows a work that is counted in rows.
    package func show(rows: UInt64, of total: UInt64) {
        show { Self.text(what, rows: rows, of: total, $0) }
    }

    /// - Parameter text: makes the line, given the seconds since the start.
    private func show(_ text: (Double) -> String) {
        guard console.showsProgress, clock.now - lastShown >= Self.interval else { return }
        lastShown = clock.now
        isShown = true
        console.note("\r" + text((lastShown - start) / .seconds(1)) + "\u{1B}[K")
    }

    /// Takes the line away, so that something else can stand there.
    package func clear() {
        guard isShown else { return }
        isShown = false
        console.note("\r\u{1B}[K")
    }

    /// For example `verify  42 % ██████████░░░░░░░░░░░░░░  40.1 MB/s, 520,000 records/s, 3 s left`.
    package static func text(
        _ what: String,
        _ bytes: UInt64,
        _ total: UInt64,
        _ records: UInt64,
        _ seconds: Double
    ) -> String {
        var text = bar(what, Double(bytes), of: Double(total))
        guard seconds > 0, bytes > 0 else { return text }
        let rate = Double(bytes) / seconds
        text += "  \(Amount.bytes(UInt64(rate)))/s"
        if records > 0 { text += ", \(Amount.text(Int(Double(records) / seconds))) records/s" }
        let left = (Double(total) - Double(bytes)) / rate
        return text + ", \(Amount.seconds(left)) left"
    }

    /// For example `export  42 % ██████████░░░░░░░░░░░░░░  40,000 rows/s, 3 s left`.
    package static func text(_ what: String, rows: UInt64, of total: UInt64, _ seconds: Double) -> String {
        let text = bar(what, Double(rows), of: Double(total))
        guard seconds > 0, rows > 0 else { return text }
        let rate = Double(rows) / seconds
        let left = (Double(total) - Double(rows)) / rate
        return text + "  \(Amount.text(Int(rate))) rows/s, \(Amount.seconds(left)) left"
    }

    private static func bar(_ what: String, _ done: Double, of total: Double) -> String {
        let share = total > 0 ? min(1, done / total) : 1
        let filled = Int((share * Double(barWidth)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
        return "\(what) \(DisplayWidth.rightAligned("\(Int(share * 100))", to: 3)) % \(bar)"
    }
}
