import Foundation
import TestSupport

/// A file system in memory with little room, mounted as long as this exists.
final class SmallDisk {
    let path: String
    private let directory: TemporaryDirectory

    struct Failure: Error {}

    /// Whether this process may mount one.
    static var isAvailable: Bool {
        guard geteuid() == 0 else { return false }
        return (try? SmallDisk(bytes: 1 << 20)) != nil
    }

    init(bytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(bytes)", "none", path])
    }

    deinit {
        // Lazily: a server that is just ending may still have files open.
        try? Self.run("umount", ["-l", path])
    }

    func resize(to bytes: Int) throws {
        try Self.run("mount", ["-o", "remount,size=\(bytes)", path])
    }

    /// From now on nothing on it can be changed.
    func makeReadOnly() throws {
        try Self.run("mount", ["-o", "remount,ro", path])
    }

    private static func run(_ command: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "exec \(command) \"$@\" 2>/dev/null", command] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }
}
