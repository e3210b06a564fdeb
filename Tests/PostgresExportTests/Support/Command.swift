import Foundation
import TestSupport

/// A program that was started.
///
/// Not by Foundation's `Process`: that waits until everybody who has inherited a descriptor of it has ended, and a
/// database server that was started to stay never does.
final class Command: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How a program ended.
    struct Ending {
        /// The exit code, or the negative number of the signal.
        let status: Int32
        let output: String
        let errors: String
    }

    let process: pid_t
    private let directory: TemporaryDirectory

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - lifeline: what it reads; nothing if absent.
    ///   - isDetached: whether it answers to the lifeline instead of to ``output``, and is not reached by signals for the
    ///     tests' own group, such as that of Ctrl-C.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String],
        lifeline: Lifeline? = nil,
        isDetached: Bool = false
    ) throws {
        directory = try TemporaryDirectory()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if isDetached { posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, name) in [(Int32(1), "output"), (2, "errors")] {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND
            posix_spawn_file_actions_addopen(&actions, descriptor, directory.appending(name), flags, 0o600)
        }
        var process = pid_t()
        var result: Int32 = 0
        let start = {
            result = Self.withArray([program] + arguments) { arguments in
                Self.withArray(environment) { environment in
                    posix_spawn(&process, program, &actions, &attributes, arguments, environment)
                }
            }
        }
        if let lifeline {
            lifeline.handOver { end in
                posix_spawn_file_actions_adddup2(&actions, end, 0)
                if isDetached { posix_spawn_file_actions_adddup2(&actions, end, 1) }
                start()
            }
        } else {
            start()
        }
        guard result == 0 else { throw Failure(description: "\(program) cannot be started: \(result)") }
        self.process = process
    }

    /// Runs a program to its end and answers what it printed.
    ///
    /// - Throws: ``Failure`` when it does not end with 0.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], environment: [String]) throws -> String {
        let ending = try Command(program, arguments, environment: environment).finish()
        guard ending.status == 0 else { throw Failure(description: "\(program): \(ending.output)\(ending.errors)") }
        return ending.output
    }

    /// What has been printed so far.
    var output: String { text("output") }
    var errors: String { text("errors") }

    func send(_ signal: Int32) {
        kill(process, signal)
    }

    /// Waits for the end. Must be called once.
    func finish() -> Ending {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Ending(status: signal == 0 ? (status >> 8) & 0xFF : -signal, output: output, errors: errors)
    }

    /// Waits until `condition` holds.
    static func wait(seconds: Double = 60, until condition: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while try !condition() {
            guard Date() < end else { throw Failure(description: "nothing happened within \(seconds) s") }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: URL(filePath: directory.appending(name)), encoding: .utf8)) ?? ""
    }

    private static func withArray<Result>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(&copies)
    }
}
