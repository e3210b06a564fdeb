import Foundation
import PostgresExport

/// A PostgreSQL of the tests' own, on a socket in a temporary directory; started once for all tests of a run.
///
/// Each test makes a database in it. As root, which PostgreSQL refuses, it is started as an unprivileged user. It ends
/// with the process, or with the last reference.
final class TestDatabase: Sendable {
    private let keeper: DatabaseKeeper

    /// The one that tests share.
    static func shared() throws -> TestDatabase { try sharedCluster.get() }

    private static let sharedCluster = Result { try TestDatabase() }

    /// Whom a server is started as; `nil` for whoever runs the tests.
    static let user: String? = getuid() == 0 ? (getpwnam("postgres") == nil ? "nobody" : "postgres") : nil

    /// Makes and starts one.
    ///
    /// - Parameters:
    ///   - settings: lines for `postgresql.conf`.
    ///   - options: for `initdb`.
    init(settings: [String] = [], options: [String] = []) throws {
        let own = [
            "listen_addresses = ''", "port = 5432", "max_connections = 60", "shared_buffers = 64MB",
            "lc_messages = 'C'",
        ]
        keeper = try DatabaseKeeper(user: Self.user, settings: own + settings, options: options)
    }

    /// Where the socket is; the host for libpq.
    var socketDirectory: String { keeper.directory }

    /// The socket itself.
    var socket: String { "\(socketDirectory)/.s.PGSQL.5432" }

    func start() throws { try keeper.request("start") }

    /// Stops at once, without a checkpoint, as a crash would.
    func crash() throws { try keeper.request("crash") }

    /// A new database; its connection string.
    func makeDatabase(options: String = "") throws -> String {
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        try execute("CREATE DATABASE \(name) \(options)")
        return "host=\(socketDirectory) port=5432 user=postgres dbname=\(name)"
    }

    /// Runs a statement that is about the whole cluster.
    func execute(_ sql: String) throws {
        try PostgresConnection(ConnectionTarget("host=\(socketDirectory) port=5432 user=postgres dbname=postgres"))
            .execute(sql)
    }
}
