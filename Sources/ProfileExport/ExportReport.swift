import LogStorage
import PostgresExport
import ToolConsole

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Says how an export goes: a bar on a terminal, otherwise a line for each batch.
final class ExportReport: ExportObserver {
    private let console: Console
    private let progress: ProgressLine
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var first = LogSequenceNumber.zero

    init(_ console: Console) {
        self.console = console
        progress = ProgressLine("export", on: console)
        start = clock.now
    }

    /// Says what PostgreSQL could not hold, where the bar was.
    func tell(_ substitutions: SubstitutionCounts) throws {
        progress.clear()
        for line in substitutions.lines { try console.message("profile-export: \(line)") }
    }

    /// Sums up.
    func finish(_ summary: ExportJob.Summary) throws {
        Interruption.forget()
        try tell(summary.substitutions)
        let seconds = (clock.now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(summary.rows) / seconds : 0
        try console.output.write(
            "exported \(Amount.text(summary.rows)) rows in \(Amount.text(seconds, decimals: 1)) s, "
                + "\(Amount.text(rate, decimals: 0)) rows/s; PostgreSQL has the log up to record "
                + "\(Amount.text(summary.lastLSN.rawValue))\n"
        )
    }

    // MARK: ExportObserver

    var isInterrupted: Bool { Interruption.isRequested }

    func started(at state: ExportState, end: LogSequenceNumber) {
        first = state.lastLSN
    }

    func wrote(_ batch: ExportBatch, of end: LogSequenceNumber, seconds: Double) {
        let last = batch.range.upperBound
        if console.showsProgress {
            progress.show(rows: last.rawValue - first.rawValue, of: end.rawValue - first.rawValue)
            return
        }
        console.note(
            "profile-export: wrote records \(batch.range.lowerBound)–\(last) of \(end) in "
                + "\(Amount.text(seconds, decimals: 2)) s\n"
        )
    }

    func retries(after pause: Duration, because error: any Error) {
        progress.clear()
        let seconds = Amount.text(pause / .seconds(1), decimals: 1)
        let text = VisibleText.of("\(error)")
        console.note("profile-export: \(text); trying again in \(seconds) s\n")
    }

    func wait(milliseconds: Int32) {
        // Ends early when a signal comes.
        poll(nil, 0, milliseconds)
    }
}
