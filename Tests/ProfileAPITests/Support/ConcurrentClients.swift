import LogStorage
import Testing

@testable import ProfileAPI

/// Clients of all sorts that use one server at the same time, and each check what they are answered.
struct ConcurrentClients: Sendable {
    /// Who decodes a request.
    enum Decoder: String, CaseIterable {
        case scanner, llhttp

        var headers: [(String, String)] { self == .scanner ? [] : [("X.Odd", "1")] }
    }

    private static let changesPerWriter = 40

    let server: TestServer
    let users: ClosedRange<Int>
    let changes: AcknowledgedChanges
    /// Set once the clients that make a certain number of requests are done; the others then end.
    private let isOver = Monitor(false)

    init(server: TestServer, users: ClosedRange<Int>, changes: AcknowledgedChanges) {
        self.server = server
        self.users = users
        self.changes = changes
    }

    var goesOn: Bool { !isOver.withLock { $0 } }

    func createUsers() async throws {
        for user in users {
            #expect(try await server.create("new", "u\(user)@example.com") == user)
            #expect(changes.add(1, named: "new", of: user))
        }
        for role in Role.allCases { try await server.send("GET", "/users/1", as: role).expect(200) }
    }

    func doEverything() async throws {
        try await withThrowingTaskGroup(of: Void.self) { others in
            for _ in 0..<4 { others.addTask { try await read() } }
            for _ in 0..<2 { others.addTask { try await logIn() } }
            others.addTask { try await guess() }
            others.addTask { try await readMetrics() }
            do {
                defer { isOver.withLock { $0 = true } }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for user in users {
                        for decoder in Decoder.allCases { group.addTask { try await change(user, decoder) } }
                    }
                    group.addTask { try await changeAccounts() }
                    try await group.waitForAll()
                }
            }
            try await others.waitForAll()
        }
        let total = users.count * Decoder.allCases.count * Self.changesPerWriter
        #expect(changes.count == users.count + total)
        try await server.waitForMetric(Self.replacements, Double(total))
    }

    // MARK: - Changes

    private func change(_ user: Int, _ decoder: Decoder) async throws {
        try await Connection.open(port: server.port) { connection in
            var last = 1
            for number in 1...Self.changesPerWriter {
                let name = "\(decoder.rawValue) \(number)"
                try await connection.send(request(toName: name, user, decoder))
                let reply = try await connection.reply()
                try #require(reply.status == 200, "\(reply)")
                let version = try #require(reply.integer("user.version"))
                #expect(version > last && reply.string("user.name") == name)
                #expect(changes.add(version, named: name, of: user), "version \(version) was given twice")
                last = version
            }
        }
    }

    /// Starts clients, one a user and decoder, that change users until the server is gone.
    func changeUntilTheEnd() -> [Task<Void, Never>] {
        users.flatMap { user in
            Decoder.allCases.map { decoder in
                Task {
                    // Ends with an error when the connection does.
                    try? await Connection.open(port: server.port) { try await changeUntilTheEnd(user, decoder, $0) }
                }
            }
        }
    }

    private func changeUntilTheEnd(_ user: Int, _ decoder: Decoder, _ connection: Connection) async throws {
        var number = 0
        while true {
            number += 1
            let name = "\(decoder.rawValue) to the end \(number)"
            try await connection.send(request(toName: name, user, decoder))
            let reply = try await connection.reply()
            guard reply.status == 200 else {
                #expect(reply.status == 503 && reply.problem == "stopping", "\(reply)")
                return
            }
            let version = try #require(reply.integer("user.version"))
            #expect(changes.add(version, named: name, of: user), "version \(version) was given twice")
        }
    }

    private func request(toName name: String, _ user: Int, _ decoder: Decoder) -> [UInt8] {
        let json = #"{"name":"\#(name)","email":"u\#(user)@example.com"}"#
        return TestServer.request("PUT", "/users/\(user)", as: .editor, json: json, headers: decoder.headers)
    }

    // MARK: - Reads

    /// Reads on one connection with both decoders, without waiting for one answer before the next request.
    private func read() async throws {
        try await Connection.open(port: server.port) { connection in
            while goesOn {
                for user in users {
                    var last = changes.last(of: user)
                    let decoders: [Decoder] = [.scanner, .llhttp, .scanner]
                    try await connection.send(Array(decoders.map { read(user, $0) }.joined()))
                    for decoder in decoders {
                        let reply = try await connection.reply()
                        try #require(reply.status == 200, "\(reply)")
                        let version = try #require(reply.integer("user.version"))
                        #expect(version >= last, "\(decoder) read \(version) after \(last)")
                        #expect(reply.header("ETag") == "\"\(version)\"")
                        last = version
                        guard let name = changes.name(of: user, version) else { continue }
                        #expect(reply.string("user.name") == name)
                    }
                }
            }
        }
    }

    private func read(_ user: Int, _ decoder: Decoder) -> [UInt8] {
        TestServer.request("GET", "/users/\(user)", as: .reader, headers: decoder.headers)
    }

    /// The number of replacements that the metrics tell only grows.
    private func readMetrics() async throws {
        var last = 0.0
        while goesOn {
            let now = try await server.metric(Self.replacements)
            #expect(now >= last)
            last = now
        }
    }

    private static let replacements =
        #"profiles_http_requests_total{method="PUT",endpoint="/users/{id}",status="200"}"#

    // MARK: - Checks

    /// What was acknowledged last is what is read, with both decoders.
    func checkCurrentVersions() async throws {
        for user in users {
            let (version, name) = try #require(changes.versions(of: user).last)
            for decoder in Decoder.allCases {
                let reply = try await server.send("GET", "/users/\(user)", as: .reader, headers: decoder.headers)
                #expect(reply.integer("user.version") == version && reply.string("user.name") == name, "\(reply)")
            }
        }
    }

    /// Nothing that was acknowledged is lost.
    func checkAllVersions() async throws {
        try await Connection.open(port: server.port) { connection in
            for user in users {
                for (version, name) in changes.versions(of: user) {
                    try await connection.send(TestServer.request("GET", "/users/\(user)?version=\(version)"))
                    let reply = try await connection.reply()
                    #expect(reply.string("user.name") == name, "version \(version) of user \(user): \(reply)")
                }
            }
        }
    }
}
