import Foundation
import Synchronization

/// The real program, started as a user starts it.
final class ToolProcess: Sendable {
    struct NotBuilt: Error {}

    private let process: Mutex<Process>
    private let output: Collector
    private let errors: Collector

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - shell: a command for bash in which `"$@"` stands for the program and its arguments.
    ///   - readsOutput: false leaves the output unread, so that the pipe fills up.
    init(
        _ arguments: [String],
        shell: String = "exec \"$@\"",
        environment: [String: String] = [:],
        readsOutput: Bool = true
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", shell, "bash", try Self.program()] + arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        self.output = Collector(output.fileHandleForReading, isReading: readsOutput)
        self.errors = Collector(errors.fileHandleForReading, isReading: true)
        self.process = Mutex(process)
    }

    deinit {
        process.withLock { process in
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String],
        shell: String = "exec \"$@\"",
        environment: [String: String] = [:]
    ) throws -> ToolResult {
        let process = try ToolProcess(arguments, shell: shell, environment: environment)
        return process.finish()
    }

    func send(_ signal: Int32) {
        kill(process.withLock { $0.processIdentifier }, signal)
    }

    /// Waits for the end.
    func finish() -> ToolResult {
        let status = process.withLock { process in
            process.waitUntilExit()
            return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        }
        return ToolResult(status: status, output: output.text(), errors: errors.text())
    }

    /// Waits until the output has `text`, for at most `seconds`.
    func waitForOutput(_ text: String, seconds: Double) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if output.soFar().contains(text) { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }

    /// The program that was built beside the tests.
    static func program() throws -> String {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates = [
            tests.deletingLastPathComponent().appending(path: "profile-log"),
            URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
                .appending(path: "profile-log"),
            root.appending(path: ".build/debug/profile-log"),
        ]
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw NotBuilt() }
        return found.path
    }

    /// Reads a pipe on a thread of its own: a `readabilityHandler` was seen to crash libdispatch.
    private final class Collector: Sendable {
        private let data = Mutex(Data())
        private let end = DispatchSemaphore(value: 0)
        private let handle: FileHandle

        init(_ handle: FileHandle, isReading: Bool) {
            self.handle = handle
            guard isReading else {
                end.signal()
                return
            }
            Thread { [self] in
                while true {
                    let part = handle.availableData
                    if part.isEmpty { break }
                    data.withLock { $0.append(part) }
                }
                end.signal()
            }.start()
        }

        func soFar() -> String { data.withLock { String(decoding: $0, as: UTF8.self) } }

        func text() -> String {
            _ = end.wait(timeout: .now() + 10)
            return soFar()
        }
    }
}
