#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What surrounds a command: where its rows and messages go, and what a terminal there can show.
package final class Console {
    package let output: OutputWriter
    package let style: Style
    /// Columns of the terminal that the rows go to; `nil` when it is none.
    package let width: Int?
    /// Whether messages go to a terminal, where a line of progress may stand.
    package let showsProgress: Bool
    private let errors: OutputWriter

    package init(output: OutputWriter, errors: OutputWriter, style: Style, width: Int?, showsProgress: Bool) {
        self.output = output
        self.errors = errors
        self.style = style
        self.width = width
        self.showsProgress = showsProgress
    }

    /// The console of the process.
    package static func standard() -> Console {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return Console(
            output: OutputWriter(descriptor: STDOUT_FILENO),
            // Why a command ended must be said also when it was asked to.
            errors: OutputWriter(descriptor: STDERR_FILENO, isInterruptible: false),
            style: Style(isColored: isTerminal && wantsColor),
            width: isTerminal ? terminalWidth ?? 80 : nil,
            showsProgress: isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb"
        )
    }

    /// Whether rows go to a terminal.
    package var isTerminal: Bool { width != nil }

    /// Writes a line to the standard error stream, behind the rows that came before it.
    package func message(_ text: String) throws(OutputError) {
        try output.flush()
        note(VisibleText.of(text) + "\n")
    }

    /// Writes to the standard error stream; that this fails is nobody's concern.
    package func note(_ text: String) {
        try? errors.write(text)
        try? errors.flush()
    }

    /// By the convention of no-color.org.
    private static var wantsColor: Bool { variable("NO_COLOR") == "" && variable("TERM") != "dumb" }

    private static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }

    private static var terminalWidth: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
