import LogStorage
import ToolConsole

/// Writes findings as they come. That nobody reads them any more does not end the work: its outcome still counts.
final class FindingPrinter {
    private let console: Console
    private let progress: ProgressLine
    private var renderer: RowRenderer<FindingLine>
    private var isClosed = false

    init(_ format: RowFormat, _ console: Console, _ progress: ProgressLine) throws {
        self.console = console
        self.progress = progress
        renderer = RowRenderer(FindingLine(style: console.style), format)
        try write(renderer.heading())
    }

    func write(_ finding: DamageFinding) throws {
        renderer.append(finding)
        progress.clear()
        try write(renderer.take().bytes)
        try flush()
    }

    /// Writes what stands behind the rows.
    func finish(_ text: String) throws {
        progress.clear()
        try write(Array(text.utf8))
        try flush()
    }

    private func write(_ bytes: [UInt8]) throws {
        try unlessClosed { () throws(OutputError) in try console.write(bytes, renderer.format) }
    }

    private func flush() throws {
        try unlessClosed { () throws(OutputError) in try console.output.flush() }
    }

    private func unlessClosed(_ body: () throws(OutputError) -> Void) throws {
        guard !isClosed else { return }
        do {
            try body()
        } catch .closed {
            isClosed = true
        }
    }
}
