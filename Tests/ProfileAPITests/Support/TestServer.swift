import LogStorage
import Logging
import NIOCore
import ServiceLifecycle
import Testing
import UserProfiles

@testable import ProfileAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A whole server on a port of the system's choice and a data directory of its own.
struct TestServer: Sendable {
    /// The accounts of every test server: one a role, named like it, with `password` and a tiny hash.
    static let password = "pass:wörd 密码"
    /// A token a role, named like it with `-token` behind it.
    static let tokens = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, TokenText.random()) })
    /// A token of an administrator whose time is over.
    static let expiredToken = TokenText.random()

    let port: Int
    let dataDirectory: String
    /// The port of the metrics.
    var metricsPort: Int?
    /// Has the server read its accounts and certificates again.
    var reload: @Sendable () -> Void = {}

    /// Runs `body` against a new server, then stops the server gracefully and removes its directory.
    static func run(
        directory: String? = nil,
        opening: StoreService.Opening? = nil,
        _ configure: (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try directory ?? TemporaryFolder.make()
        defer { if directory == nil { TemporaryFolder.remove(folder) } }
        try writeAccounts(into: folder)
        var settings = ServerSettings()
        settings.port = 0
        settings.dataDirectory = folder
        settings.segmentBytes = 1 << 20
        settings.metricsPort = 0
        settings.swaggerUIDirectory = folder + "/no-swagger-ui"
        settings.hashCost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        configure(&settings)
        try await serve(
            settings,
            opening: opening,
            reporting: { report, reload in
                try await body(
                    TestServer(
                        port: report.port,
                        dataDirectory: folder,
                        metricsPort: report.metricsPort,
                        reload: reload
                    )
                )
            }
        )
    }

    /// Runs a server with exactly these settings while `body` runs.
    static func serve(
        _ settings: ServerSettings,
        opening: StoreService.Opening? = nil,
        _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        try await serve(settings, opening: opening, reporting: { report, _ in try await body(report.port) })
    }

    private static func serve(
        _ settings: ServerSettings,
        opening: StoreService.Opening?,
        reporting body: @escaping @Sendable (ReadyReport, _ reload: @escaping @Sendable () -> Void) async throws -> Void
    ) async throws {
        let ready = AsyncStream.makeStream(of: ReadyReport.self)
        var application = ProfileApplication(
            settings: settings,
            logger: quietLogger,
            onReady: { ready.continuation.yield($0) }
        )
        // Budgets that regain nothing: how fast the machine is must not matter.
        application.loginClock = TestClock().now
        if let opening { application.opening = opening }
        let reload = application.reload
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: quietLogger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { ready.continuation.finish() }
                try await group.run()
            }
            tasks.addTask {
                var ports = ready.stream.makeAsyncIterator()
                guard let report = await ports.next() else { return }
                let result: Result<Void, any Error>
                do {
                    try await body(report, reload)
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await group.triggerGracefulShutdown()
                try result.get()
            }
            try await tasks.waitForAll()
        }
    }

    static let quietLogger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func writeAccounts(into folder: String) throws {
        let cost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        let hash = try PasswordHash(password: Array(password.utf8), cost: cost)
        let file = AccountFile(dataDirectory: folder)
        guard try file.read() == nil else { return }
        try file.update { list throws(AccountError) in
            for role in Role.allCases {
                try list.add(Account(name: role.rawValue, role: role, password: hash))
                try list.add(token(tokens[role] ?? "", "\(role.rawValue)-token", role, until: nil))
            }
            let past = LogTimestamp(microseconds: 1)
            try list.add(token(expiredToken, "expired-token", .admin, until: past))
        }
    }

    private static func token(
        _ text: String,
        _ name: String,
        _ role: Role,
        until expires: LogTimestamp?
    ) throws(AccountError) -> APIToken {
        try APIToken(name: name, role: role, digest: TokenDigest(of: text), created: nil, expires: expires)
    }

    // MARK: - Requests

    /// The `Authorization` header's value for a name and a password.
    static func basic(_ name: String, _ password: String = TestServer.password) -> String {
        "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    /// Sends one request on a connection of its own.
    ///
    /// - Parameter role: nil: without logging in.
    func send(
        _ method: String,
        _ target: String,
        as role: Role? = .admin,
        json: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Reply {
        try await Connection.open(port: port) { connection in
            try await connection.send(Self.request(method, target, as: role, json: json, headers: headers))
            return try await connection.reply(toHead: method == "HEAD")
        }
    }

    /// A request as it stands on the wire.
    static func request(
        _ method: String,
        _ target: String,
        as role: Role? = .admin,
        json: String? = nil,
        headers: [(String, String)] = []
    ) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: test"]
        if let role { lines.append("Authorization: \(basic(role.rawValue))") }
        if let json {
            if !headers.contains(where: { $0.0 == "Content-Type" }) { lines.append("Content-Type: application/json") }
            lines.append("Content-Length: \(json.utf8.count)")
        }
        lines += headers.map { "\($0.0): \($0.1)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (json ?? "")).utf8)
    }

    /// Creates a user and returns its id.
    @discardableResult
    func create(_ name: String, _ email: String, attributes: String = "{}") async throws -> Int {
        var json = JSONWriter()
        json.beginObject()
        json.key("name")
        json.string(name)
        json.key("email")
        json.string(email)
        json.key("attributes")
        json.raw(Array(attributes.utf8))
        json.endObject()
        let reply = try await send("POST", "/users", json: String(decoding: json.bytes, as: UTF8.self))
        #expect(reply.status == 201, "\(reply.text)")
        return try #require(reply.integer("user.id"))
    }
}
