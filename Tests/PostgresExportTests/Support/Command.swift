import Foundation

/// Runs a program to its end and answers what it printed.
///
/// Not by Foundation's `Process`: that waits until everybody who has inherited a descriptor of it has ended, and a
/// server that was started to stay never does.
enum Command {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ program: String, _ arguments: [String], environment: [String]) throws -> String {
        let output = "\(NSTemporaryDirectory())/profile-output-\(UUID().uuidString)"
        defer { unlink(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var process = pid_t()
        let result = withArray([program] + arguments) { arguments in
            withArray(environment) { environment in
                posix_spawn(&process, program, &actions, nil, arguments, environment)
            }
        }
        guard result == 0 else { throw Failure(description: "\(program) cannot be started: \(result)") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let text = (try? String(contentsOf: URL(filePath: output), encoding: .utf8)) ?? ""
        guard status == 0 else { throw Failure(description: "\(program): \(text)") }
        return text
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
