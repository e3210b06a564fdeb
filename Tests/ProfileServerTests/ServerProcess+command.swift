import Foundation

extension ServerProcess {
    /// Runs a subcommand of `profile-server` to its end; its exit status and what it wrote.
    ///
    /// - Parameter input: what it finds on its standard input: little enough for a pipe.
    static func command(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        directory: String = NSTemporaryDirectory(),
        input: String = ""
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: try program())
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: directory)
        let (typed, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = typed
        process.standardOutput = output
        process.standardError = errors
        try typed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try typed.fileHandleForWriting.close()
        try process.run()
        // What is written to the other stream fits into its pipe meanwhile.
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let failure = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: written, as: UTF8.self),
            String(decoding: failure, as: UTF8.self)
        )
    }
}
