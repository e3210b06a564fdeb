import ArgumentParser
import ToolConsole

/// Runs the work of a command; what goes wrong is one line on the standard error stream, and the exit code is 1.
func reported(_ work: () throws -> Void) throws {
    do {
        try work()
    } catch {
        report("\(error)")
        throw ExitCode.failure
    }
}

/// Writes an error or a warning as one line to the standard error stream, without characters that would control a terminal.
func report(_ text: String) {
    writeToStandardError("profile-server: \(VisibleText.of(text))\n")
}
