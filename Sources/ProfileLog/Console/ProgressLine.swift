/// A line on a terminal that says how far a long work is, how fast it goes and how long it will take.
final class ProgressLine {
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
    init(_ what: String, on console: Console) {
        self.what = what
        self.console = console
        start = clock.now
        lastShown = start
    }

    func show(bytes: UInt64, of total: UInt64, records: UInt64) {
        guard console.showsProgress, clock.now - lastShown >= Self.interval else { return }
        lastShown = clock.now
        isShown = true
        let seconds = (lastShown - start) / .seconds(1)
        console.note("\r" + Self.text(what, bytes, total, records, seconds) + "\u{1B}[K")
    }

    /// Takes the line away, so that something else can stand there.
    func clear() {
        guard isShown else { return }
        isShown = false
        console.note("\r\u{1B}[K")
    }

    /// For example `verify  42 % ██████████░░░░░░░░░░░░░░  40.1 MB/s, 520,000 records/s, 3 s left`.
    static func text(
        _ what: String,
        _ bytes: UInt64,
        _ total: UInt64,
        _ records: UInt64,
        _ seconds: Double
    ) -> String {
        let share = total > 0 ? min(1, Double(bytes) / Double(total)) : 1
        let filled = Int((share * Double(barWidth)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
        let percent = DisplayWidth.rightAligned("\(Int(share * 100))", to: 3)
        var text = "\(what) \(percent) % \(bar)"
        guard seconds > 0, bytes > 0 else { return text }
        let rate = Double(bytes) / seconds
        text += "  \(Amount.bytes(UInt64(rate)))/s"
        if records > 0 { text += ", \(Amount.text(Int(Double(records) / seconds))) records/s" }
        let left = (Double(total) - Double(bytes)) / rate
        return text + ", \(Amount.seconds(left)) left"
    }
}
