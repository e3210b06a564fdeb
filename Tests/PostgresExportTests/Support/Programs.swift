import Foundation

/// The programs that were built beside the tests.
enum Programs {
    /// Starts profile-export as a user starts it.
    static func export(_ arguments: [String], environment: [String] = []) throws -> Command {
        try Command(path("profile-export"), arguments, environment: ["PATH=/usr/bin:/bin"] + environment)
    }

    static func path(_ name: String) throws -> String {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let bundle = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let found = [tests, bundle, root.appending(path: ".build/debug")].map { $0.appending(path: name).path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { throw Command.Failure(description: "\(name) is not built") }
        return found
    }
}
