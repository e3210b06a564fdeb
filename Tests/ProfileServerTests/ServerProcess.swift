import Foundation
import Synchronization
import TestSupport

/// The real program, started as a user starts it, on a port of the system's choice.
final class ServerProcess: Sendable {
    static let password = "pass:wörd 密码"
    /// Settings of an administrator, for a server without an accounts file.
    static let administrator = ["ADMIN_USER": "admin", "ADMIN_PASSWORD": password]

    struct StartFailure: Error, CustomStringConvertible {
        let output: String
        let status: Int32
        var description: String { "the server ended with \(status): \(output)" }
    }

    let port: Int
    /// The port of the metrics.
    let metricsPort: Int
    /// All that stood in the banner.
    let banner: String
    private let process: Mutex<Process>
    private let errors: Collector

    /// Starts the server and waits for its banner.
    ///
    /// - Parameters:
    ///   - limit: a shell command that is run in the server's process before it, such as `ulimit -f 100`.
    ///   - whileStarting: called with the process's id before the banner is waited for.
    init(
        data: String,
        environment: [String: String] = [:],
        arguments: [String] = [],
        limit: String = "true",
        asFirstStart: Bool = false,
        whileStarting: (Int32) -> Void = { _ in }
    ) throws {
        let process = try Self.process(data, environment, arguments, limit: limit, asFirstStart: asFirstStart)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        whileStarting(process.processIdentifier)
        let collected = Self.collect(errors.fileHandleForReading)
        guard let (banner, port) = Self.readBanner(output.fileHandleForReading) else {
            process.waitUntilExit()
            throw StartFailure(output: collected.finish(), status: process.terminationStatus)
        }
        self.banner = banner
        self.port = port
        metricsPort = banner.firstMatch(of: /metrics +http:\/\/[^\n]*:(\d+)\/metrics\n/).flatMap { Int($0.1) } ?? 0
        self.errors = collected
        self.process = Mutex(process)
    }

    deinit {
        process.withLock { process in
            if process.isRunning { sendSignal(process.processIdentifier, SIGKILL) }
        }
    }

    var identifier: Int32 { process.withLock { $0.processIdentifier } }

    /// Ends the process at once, as a power cut of the process would.
    func kill() {
        send(SIGKILL)
        waitForEnd()
    }

    /// Asks the server to stop and waits; returns its exit status.
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        send(signal)
        return waitForEnd()
    }

    func send(_ signal: Int32) {
        sendSignal(identifier, signal)
    }

    @discardableResult
    func waitForEnd() -> Int32 {
        process.withLock { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// What it has written to its log so far.
    var log: String { errors.text }
    /// Waits until the server's log contains a text; false if it does not within `seconds`.
    func logs(_ text: String, seconds: Double = 20) -> Bool {
        errors.wait(for: text, until: Date().addingTimeInterval(seconds))
    }

    /// How often a text stands in the log so far.
    func count(inLog text: String) -> Int { errors.text.components(separatedBy: text).count - 1 }

    func client() throws -> HTTPClient { try HTTPClient(port: port, password: Self.password) }

    private static let accountSettings: Set = ["ACCOUNTS_FILE", "ADMIN_USER", "ADMIN_PASSWORD", "ADMIN_PASSWORD_FILE"]

    // MARK: Start

    private static func process(
        _ data: String,
        _ environment: [String: String],
        _ arguments: [String] = [],
        limit: String = "true",
        asFirstStart: Bool = false
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments =
            ["-c", "\(limit); exec \"$0\" \"$@\"", try program(), "--data", data, "--port", "0"] + arguments
        var variables = ["PATH": "/usr/bin:/bin", "LOG_LEVEL": "warning", "METRICS_PORT": "0"]
        let isForAccounts = !accountSettings.isDisjoint(with: environment.keys)
        if !asFirstStart, isForAccounts || !hasTestAccount(data) {
            variables.merge(administrator) { $1 }
        }
        process.environment = variables.merging(environment) { $1 }
        // A folder without a file .env.
        process.currentDirectoryURL = URL(filePath: NSTemporaryDirectory())
        return process
    }

    /// Whether the data directory has the accounts file of these tests, which is made if there is none.
    ///
    /// A password in the environment is hashed at each start, which takes half a second without optimization. The hash in
    /// this file, scrypt with n = 2, takes no time.
    private static func hasTestAccount(_ data: String) -> Bool {
        let hash = #"{"n":2,"r":1,"p":1,"salt":"dGVzdCBzYWx0","hash":"QPTajuk5Hz3SOvlIShkcuXyXvLIvOxesymxfldG8ua0="}"#
        let text = "{\"accounts\":[\n{\"name\":\"admin\",\"role\":\"admin\",\"scrypt\":\(hash)}\n],\"tokens\":[\n]}\n"
        let file = URL(filePath: data).appending(path: "accounts.json")
        if let present = try? String(contentsOf: file, encoding: .utf8) { return present == text }
        let owner = [FileAttributeKey.posixPermissions: 0o700]
        try? FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true, attributes: owner)
        let attributes = [FileAttributeKey.posixPermissions: 0o600]
        return FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8), attributes: attributes)
    }

    /// Starts a server and kills it so many seconds later, wherever its start is by then.
    static func startAndKill(data: String, environment: [String: String], after seconds: Double) throws {
        let process = try process(data, environment)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        sendSignal(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs profile-log, which stands beside the server's program; its exit status and what it wrote.
    static func tool(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: try program()).deletingLastPathComponent().appending(path: "profile-log")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// The program that was built beside the tests.
    static func program() throws -> String {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates = [
            tests.deletingLastPathComponent().appending(path: "profile-server"),
            URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
                .appending(path: "profile-server"),
            root.appending(path: ".build/debug/profile-server"),
        ]
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw StartFailure(output: "profile-server has not been built", status: -1) }
        return found.path
    }

    private static func readBanner(_ handle: FileHandle) -> (text: String, port: Int)? {
        var text = ""
        while true {
            let data = handle.availableData
            if data.isEmpty { return nil }
            text += String(decoding: data, as: UTF8.self)
            // The banner ends with an empty line, and comes in one write.
            guard let match = text.firstMatch(of: /server +https?:\/\/[^\n]*:(\d+)\n/), text.hasSuffix("\n\n"),
                let port = Int(match.1)
            else { continue }
            return (text, port)
        }
    }

    /// Reads on a thread of its own: a `readabilityHandler` on a pipe that ends was seen to crash libdispatch.
    private static func collect(_ handle: FileHandle) -> Collector {
        let collector = Collector()
        Thread {
            while true {
                let data = handle.availableData
                collector.add(data)
                if data.isEmpty { return }
            }
        }.start()
        return collector
    }

    /// What the server wrote to its standard error stream.
    private final class Collector: Sendable {
        private let data = Mutex(Data())
        private let isComplete = DispatchSemaphore(value: 0)
        private let hasGrown = NSCondition()

        func add(_ part: Data) {
            hasGrown.lock()
            data.withLock { $0.append(part) }
            hasGrown.broadcast()
            hasGrown.unlock()
            if part.isEmpty { isComplete.signal() }
        }

        var text: String { data.withLock { String(decoding: $0, as: UTF8.self) } }

        func wait(for part: String, until end: Date) -> Bool {
            hasGrown.lock()
            defer { hasGrown.unlock() }
            while !text.contains(part) {
                guard hasGrown.wait(until: end) else { return text.contains(part) }
            }
            return true
        }

        func finish() -> String {
            _ = isComplete.wait(timeout: .now() + 5)
            return text
        }
    }
}

/// `kill` of the system; the name is that of a method here.
private func sendSignal(_ process: Int32, _ signal: Int32) {
    Foundation.kill(process, signal)
}
