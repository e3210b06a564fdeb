import ArgumentParser
import ToolConsole

/// Runs the work of a command; what goes wrong is one line on the standard error stream, and the exit code is 1.
func reported(_ work: () throws -> Void) throws {
    do {
        try work()
    } catch {
        report(error)
        throw ExitCode.failure
    }
}

/// Writes why a command failed as one line to the standard error stream, without characters that would control a terminal.
func report(_ error: any Error) {
    writeToStandardError("profile-server: \(VisibleText.of("\(error)"))\n")
}
