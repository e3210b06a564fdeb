import Foundation

extension ServerProcess {
    /// Runs `profile-server health` to its end; its exit status and what it wrote.
    static func health(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        directory: String = NSTemporaryDirectory()
    ) throws -> (status: Int32, output: String, errors: String) {
        try command(arguments, environment: environment, directory: directory)
    }
}
