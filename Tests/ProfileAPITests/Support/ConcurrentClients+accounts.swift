import Testing

@testable import ProfileAPI

extension ConcurrentClients {
    private static let accountChanges = 12
    private static let token = "auditor-token"
    private static let tokenText = TestServer.tokens[.auditor] ?? ""

    /// Gives the auditor's account and token another role again and again, the account another hash of its password, and
    /// has the server take that over as it would on SIGHUP.
    ///
    /// From the first request on that shows the new role all of the change holds, on connections that are open, too.
    func changeAccounts() async throws {
        for number in 1...Self.accountChanges {
            let role = number.isMultiple(of: 2) ? Role.auditor : .reader
            let guest = number.isMultiple(of: 4) ? TokenText.random() : nil
            try change(to: role, guest: guest)
            try await waitForRole(role)
            #expect(try await audit(TestServer.basic("auditor")) == (role == .auditor ? 200 : 403))
            guard let guest else { continue }
            try await Connection.open(port: server.port) { connection in
                let request = TestServer.request("GET", "/users/1", as: nil, headers: [Self.bearer(guest)])
                for _ in 0..<3 {
                    try await connection.send(request)
                    #expect(try await connection.reply().status == 200)
                }
                try change(to: .reader, guest: nil)
                try await waitForRole(.reader)
                try await connection.send(request)
                #expect(try await connection.reply().status == 401)
            }
        }
    }

    private func change(to role: Role, guest: String?) throws {
        let cost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        let hash = try PasswordHash(password: Array(TestServer.password.utf8), cost: cost)
        try AccountFile(dataDirectory: server.dataDirectory).update { list throws(AccountError) in
            try list.setPassword(hash, of: "auditor")
            try list.setRole(role, of: "auditor", mayBeLastAdmin: true)
            try list.removeToken(Self.token)
            try list.add(Self.token(Self.tokenText, Self.token, role))
            if let guest {
                try list.add(Self.token(guest, "guest", .reader))
            } else if list.tokens.contains(where: { $0.name == "guest" }) {
                try list.removeToken("guest")
            }
        }
        server.reload()
    }

    private static func token(_ text: String, _ name: String, _ role: Role) throws(AccountError) -> APIToken {
        try APIToken(name: name, role: role, digest: TokenDigest(of: text), created: nil, expires: nil)
    }

    /// Waits until the auditor's token has the role. Asking costs none of the tries that an address has.
    private func waitForRole(_ role: Role) async throws {
        let wanted = role == .auditor ? 200 : 403
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let status = try await audit(Self.bearer(Self.tokenText).1)
            try #require(status == 200 || status == 403)
            if status == wanted { return }
            try #require(.now < end, "the accounts were not taken over")
        }
    }

    private func audit(_ login: String) async throws -> Int {
        try await server.send("GET", "/audit?limit=1", as: nil, headers: [("Authorization", login)]).status
    }

    private static func bearer(_ token: String) -> (String, String) { ("Authorization", "Bearer \(token)") }

    /// Logs in with what is good before and after each change of the accounts, so that no login may fail, each time with
    /// a header that nobody has verified.
    func logIn() async throws {
        var number = 0
        while goesOn {
            number += 1
            let gap = String(repeating: " ", count: number % 1_000)
            let password = TestServer.basic("auditor").replacing(" ", with: gap + " ")
            for login in [password, Self.bearer(Self.tokenText).1] {
                let reply = try await server.send("GET", "/users/1", as: nil, headers: [("Authorization", login)])
                #expect(reply.status == 200, "\(reply)")
            }
        }
    }

    /// Tries wrong passwords, fewer than would make the server refuse to look at any from this address.
    func guess() async throws {
        for name in ["auditor", "admin", "nobody"] {
            let login = TestServer.basic(name, "wrong")
            let reply = try await server.send("GET", "/users/1", as: nil, headers: [("Authorization", login)])
            #expect(reply.status == 401, "\(reply)")
        }
    }
}
