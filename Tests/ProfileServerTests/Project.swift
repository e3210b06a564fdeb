import Foundation

/// The project's own files, and its programs and scripts run by tests.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The folder of the programs that were built beside the tests.
    static func programs() throws -> String {
        URL(filePath: try ServerProcess.program()).deletingLastPathComponent().path
    }

    /// Runs the Python that is first in the path, which also installed what the tests use; its exit status and output.
    static func python(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String]
    ) throws -> (status: Int32, output: String) {
        let own = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "PYTHONDONTWRITEBYTECODE": "1"]
        return try run(
            "/usr/bin/env",
            ["python3"] + arguments,
            input: input,
            environment: own.merging(environment) { $1 }
        )
    }

    /// Runs a program to its end with `input`; its exit status and all that it wrote.
    static func run(
        _ program: String,
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 }
        process.currentDirectoryURL = directory.map { URL(filePath: $0) } ?? root
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        process.standardError = sink
        try process.run()
        let writing = Thread.started {
            try? source.fileHandleForWriting.write(contentsOf: Data(input))
            try? source.fileHandleForWriting.close()
        }
        let bytes = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        writing.wait()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
