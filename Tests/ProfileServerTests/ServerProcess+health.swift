import Foundation

extension ServerProcess {
    /// Runs `profile-server health` to its end; its exit status and what it wrote.
    static func health(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        directory: String = NSTemporaryDirectory()
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: try program())
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: directory)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Each is a line or two: far less than a pipe holds.
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let failure = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: written, as: UTF8.self),
            String(decoding: failure, as: UTF8.self)
        )
    }
}
