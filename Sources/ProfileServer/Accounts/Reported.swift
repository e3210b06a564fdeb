import ArgumentParser

/// Runs the work of a command; what goes wrong is one line on the standard error stream, and the exit code is 1.
func reported(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch {
        writeToStandardError("profile-server: \(error)\n")
        throw ExitCode.failure
    }
}
