import Foundation
import Synchronization
import TestSupport

/// A PostgreSQL of the tests' own, on a socket in a temporary directory; started once for all tests of a run.
///
/// Each test makes a database in it. As root, which PostgreSQL refuses, it is started as an unprivileged user.
final class TestDatabase: Sendable {
    /// Where the socket is; the host for libpq.
    let socketDirectory: String
    let port = "5432"
    private let directory: String
    private let user: String?

    /// The one that tests share. It is stopped when the process ends.
    static func shared() throws -> TestDatabase {
        try sharedCluster.withLock { shared in
            if let shared { return shared }
            let cluster = try TestDatabase()
            shared = cluster
            atexit { TestDatabase.stopShared() }
            return cluster
        }
    }

    private static let sharedCluster = Mutex<TestDatabase?>(nil)

    private static func stopShared() {
        sharedCluster.withLock { shared in
            shared?.stop()
            shared = nil
        }
    }

    /// Makes and starts one.
    init(settings: [String] = []) throws {
        user = getuid() == 0 ? (getpwnam("postgres") == nil ? "nobody" : "postgres") : nil
        var template = Array("/tmp/profile-postgres-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failure(description: "no temporary directory") }
        directory = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        socketDirectory = directory
        if let user, let entry = getpwnam(user) { chown(directory, entry.pointee.pw_uid, entry.pointee.pw_gid) }
        try run("initdb", ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        let own = [
            "listen_addresses = ''", "unix_socket_directories = '\(directory)'", "port = \(port)",
            "max_connections = 60", "shared_buffers = 64MB", "lc_messages = 'C'",
        ]
        let file = try FileHandle(forWritingTo: URL(filePath: "\(data)/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data((own + settings).joined(separator: "\n").utf8))
        try file.close()
        try start()
    }

    deinit {
        stop()
    }

    private var data: String { "\(directory)/data" }

    func start() throws {
        try run("pg_ctl", ["-D", data, "-l", "\(directory)/log", "-w", "-t", "60", "start"])
    }

    /// Stops at once, without a checkpoint, as a crash would.
    func crash() throws {
        try run("pg_ctl", ["-D", data, "-w", "-m", "immediate", "stop"])
    }

    private func stop() {
        try? crash()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A new database; its connection string.
    func makeDatabase(options: String = "") throws -> String {
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        try run("psql", psql("postgres") + ["-c", "CREATE DATABASE \(name) \(options)"])
        return "host=\(socketDirectory) port=\(port) user=postgres dbname=\(name)"
    }

    private func psql(_ database: String) -> [String] {
        ["-X", "-q", "-h", socketDirectory, "-p", port, "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1"]
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let path = Self.folder().map { "\($0)/\(program)" } ?? "/usr/bin/\(program)"
        // Where the user may be who starts it; PostgreSQL wants to know its folder.
        var words = ["-c", "cd \"$0\" && exec \"$@\"", directory]
        if let user, let entry = getpwnam(user) {
            words += [
                "setpriv", "--reuid=\(entry.pointee.pw_uid)", "--regid=\(entry.pointee.pw_gid)", "--clear-groups",
            ]
        }
        let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"]
        try Command.run("/bin/bash", words + [path] + arguments, environment: environment)
    }

    /// Where Debian keeps the programs of a server; the newest version.
    private static func folder() -> String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.max().map { "\(root)/\($0)/bin" }
    }
}
