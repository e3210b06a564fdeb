import HTTPTypes
import Testing

@testable import ProfileAPI

/// Who gets what, written down here once more, so that a mistake in the table of endpoints shows.
@Suite("Every endpoint for every role, by password and by token, and without a good login")
struct RoleMatrixTests {
    /// The statuses for admin, editor, auditor and reader; what everybody may do has only one.
    private static let expected: [String: [Int]] = [
        "POST /users": [201, 201, 403, 403],
        "GET /users": [200, 200, 200, 200],
        "GET /users/{id}": [200, 200, 200, 200],
        "PUT /users/{id}": [200, 200, 403, 403],
        "PATCH /users/{id}": [200, 200, 403, 403],
        "DELETE /users/{id}": [200, 200, 403, 403],
        "GET /users/{id}/history": [200, 200, 200, 403],
        "POST /restore/{id}": [200, 200, 403, 403],
        "GET /audit": [200, 403, 200, 403],
        "GET /audit/{lsn}": [200, 403, 200, 403],
        "GET /admin/status": [200, 403, 200, 403],
        "POST /admin/checkpoint": [200, 403, 403, 403],
        "GET /admin/backup": [200, 403, 403, 403],
        "GET /health": [200],
        "GET /health/ready": [200],
        "GET /openapi.json": [200],
        "GET /docs": [200],
        "GET /docs/{file}": [200],
    ]

    private static let roles: [Role] = [.admin, .editor, .auditor, .reader]

    @Test("The matrix has every endpoint of the table, and no other")
    func complete() {
        #expect(Set(EndpointTable.all.map(Self.name)) == Set(Self.expected.keys))
        #expect(Set(Self.roles) == Set(Role.allCases))
    }

    /// Each endpoint has a server of its own, so that one does not use up the other's budget of failed logins.
    @Test("Statuses are those of the matrix", arguments: expected.keys.sorted())
    func matrix(name: String) async throws {
        let endpoint = try #require(EndpointTable.all.first { Self.name($0) == name })
        let statuses = try #require(Self.expected[name])
        try await TestServer.run { server in
            for (index, role) in Self.roles.enumerated() {
                let status = statuses.count == 1 ? statuses[0] : statuses[index]
                let logins = [TestServer.basic(role.rawValue), "Bearer \(try #require(TestServer.tokens[role]))"]
                for login in logins {
                    let reply = try await Self.send(endpoint, login, to: server)
                    #expect(reply.status == status, "\(name) as \(role): \(reply)")
                    if status == 403 { #expect(reply.problem == "forbidden") }
                }
            }
            let invalid = #", error="invalid_token""#
            for (login, error) in [
                (nil, ""), ("", ""), ("Digest x", ""), ("Basic", ""), ("Basic !!!", ""), ("Basic YWRtaW4=", ""),
                (TestServer.basic("admin", "wrong"), ""), (TestServer.basic("nobody"), ""),
                ("Bearer \(TokenText.random())", invalid), ("Bearer \(TestServer.expiredToken)", invalid),
                ("Bearer", invalid),
            ] as [(String?, String)] {
                let reply = try await Self.send(endpoint, login, to: server)
                if statuses.count == 1 {
                    #expect(reply.status == statuses[0], "\(name) with \(login ?? "no login"): \(reply)")
                } else {
                    #expect(reply.status == 401, "\(name) with \(login ?? "no login"): \(reply)")
                    #expect(reply.problem == "unauthorized")
                    // Every scheme that would work, whichever was tried.
                    let challenges = reply.headers.filter { $0.name.lowercased() == "www-authenticate" }.map(\.value)
                    let realm = #"realm="User Profile Audit""#
                    #expect(challenges == [#"Basic \#(realm), charset="UTF-8""#, "Bearer \(realm)\(error)"])
                }
            }
        }
    }

    private static func name(_ endpoint: Endpoint) -> String { "\(endpoint.method.rawValue) \(endpoint.path)" }

    /// Sends a request that would succeed, about a user who was made for it.
    private static func send(_ endpoint: Endpoint, _ login: String?, to server: TestServer) async throws -> Reply {
        let email = "u\(UInt64.random(in: 0 ... .max))@example.com"
        let id = endpoint.path.description.contains("{id}") ? try await server.create("Ada", email) : 0
        let target = endpoint.path.description.replacing("{id}", with: "\(id)").replacing("{lsn}", with: "1")
            .replacing("{file}", with: "start.js")
        if target == "/audit/1" {
            let reply = try await server.send("GET", target)
            if reply.status == 404 { try await server.create("First", email) }
        }
        let isRestore = endpoint.operation == "restoreUser"
        let json = isRestore ? #"{"email":"x\#(email)"}"# : #"{"name":"Ada","email":"x\#(email)"}"#
        return try await server.send(
            endpoint.method.rawValue,
            isRestore ? target + "?version=1" : target,
            as: nil,
            json: endpoint.body == nil ? nil : json,
            headers: login.map { [("Authorization", $0)] } ?? []
        )
    }
}
