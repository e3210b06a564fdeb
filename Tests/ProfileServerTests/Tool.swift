import Foundation

/// A program of the system that a test runs to its end.
enum Tool {
    struct Ending {
        let status: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// - Parameter input: a shell command whose output the program reads.
    static func run(_ name: String, _ arguments: [String], input: String = ":") throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "{ \(input); } | \"$0\" \"$@\"", name] + arguments
        process.environment = ["PATH": "/usr/bin:/bin"]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What these programs say about errors is less than a pipe holds.
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let failure = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus,
            output: written,
            errors: String(decoding: failure, as: UTF8.self)
        )
    }
}
