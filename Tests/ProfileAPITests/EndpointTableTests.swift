import HTTPTypes
import Testing

@testable import ProfileAPI

/// What holds for every row of the table, whatever it does.
@Suite struct EndpointTableTests {
    private static func target(_ endpoint: Endpoint) -> String {
        endpoint.path.description
            .replacing("{id}", with: "1").replacing("{lsn}", with: "1").replacing("{file}", with: "start.js")
    }

    private static func json(_ endpoint: Endpoint) -> String? {
        endpoint.body == nil ? nil : #"{"email":"x@example.com"}"#
    }

    @Test func everyRoleMayDoWhatTheTableSaysAndNothingElse() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            try await Connection.open(port: server.port) { connection in
                for endpoint in EndpointTable.all {
                    for role in Role.allCases {
                        try await connection.send(
                            TestServer.request(
                                endpoint.method.rawValue,
                                Self.target(endpoint),
                                as: role,
                                json: Self.json(endpoint)
                            )
                        )
                        let reply = try await connection.reply()
                        let allowed =
                            switch endpoint.access {
                            case .anyone: true
                            case .roles(let roles): roles.contains(role)
                            }
                        #expect((reply.status != 403) == allowed, "\(role) \(endpoint.operation): \(reply.status)")
                        #expect(reply.status != 401 && reply.status < 500, "\(endpoint.operation): \(reply.text)")
                        if !allowed { #expect(reply.problem == "forbidden") }
                    }
                }
            }
        }
    }

    @Test func rolesAreThoseOfTheIssue() {
        func roles(_ operation: String) -> Set<Role>? {
            guard case .roles(let roles)? = EndpointTable.all.first(where: { $0.operation == operation })?.access else {
                return nil
            }
            return roles
        }
        for operation in ["createUser", "replaceUser", "patchUser", "deleteUser", "restoreUser"] {
            #expect(roles(operation) == [.admin, .editor])
        }
        for operation in ["listUsers", "getUser"] { #expect(roles(operation) == Set(Role.allCases)) }
        #expect(roles("getHistory") == [.admin, .editor, .auditor])
        #expect(roles("listAudit") == [.admin, .auditor])
        #expect(roles("getAuditEntry") == [.admin, .auditor])
        #expect(roles("makeCheckpoint") == [.admin])
        for operation in ["getHealth", "getReadiness", "getOpenAPI", "getDocumentation"] {
            #expect(roles(operation) == nil)
        }
    }

    @Test func withoutAGoodLoginEverythingButHealthAndDocumentationIs401() async throws {
        let headers: [String?] = [
            nil, "Basic", "Digest x", "Basic !!!", "Basic YWRtaW4=", TestServer.basic("admin", "no"),
        ]
        try await TestServer.run { server in
            for endpoint in EndpointTable.all {
                // The wrong password is sent once only: failed logins are throttled.
                let isFirst = endpoint.operation == EndpointTable.all.first?.operation
                for header in isFirst ? headers : Array(headers.dropLast()) {
                    let reply = try await server.send(
                        endpoint.method.rawValue,
                        Self.target(endpoint),
                        as: nil,
                        json: Self.json(endpoint),
                        headers: header.map { [("Authorization", $0)] } ?? []
                    )
                    if endpoint.access == .anyone {
                        #expect(reply.status != 401, "\(endpoint.operation)")
                    } else {
                        #expect(reply.status == 401, "\(endpoint.operation) with \(header ?? "nothing")")
                        #expect(reply.problem == "unauthorized")
                        #expect(
                            reply.header("WWW-Authenticate")
                                == #"Basic realm="User Profile Audit", charset="UTF-8""#
                        )
                    }
                }
            }
        }
    }

    @Test func otherMethodsAre405WithAllow() async throws {
        try await TestServer.run { server in
            for path in Set(EndpointTable.all.map(\.path.description)) {
                let rows = EndpointTable.all.filter { $0.path.description == path }
                let allowed = rows.map(\.method.rawValue) + (rows.contains { $0.method == .get } ? ["HEAD"] : [])
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
                    guard !allowed.contains(method) else { continue }
                    let reply = try await server.send(method, Self.target(rows[0]))
                    #expect(reply.status == 405, "\(method) \(path)")
                    #expect(reply.header("Allow") == allowed.joined(separator: ", "))
                }
            }
        }
    }

    @Test(arguments: [
        ("/users", "POST, GET and HEAD are."), ("/health", "GET and HEAD are."), ("/restore/1", "POST is."),
        ("/users/1", "GET, PUT, PATCH, DELETE and HEAD are."),
    ])
    func theTextOf405IsASentence(path: String, end: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.send("TRACE", path)
            #expect(reply.string("detail") == "TRACE is not possible here; \(end)")
        }
    }

    @Test func everyPathTakesATrailingSlashAndEveryGetAHead() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            for endpoint in EndpointTable.all where endpoint.method == .get {
                let target = Self.target(endpoint)
                let plain = try await server.send("GET", target)
                let slashed = try await server.send("GET", target + "/")
                #expect(plain.status == 200, "\(target): \(plain.text)")
                #expect(slashed.body == plain.body)
                let head = try await server.send("HEAD", target)
                #expect(head.status == 200)
                #expect(head.header("Content-Length") == plain.header("Content-Length"), "\(target)")
                #expect(head.header("Content-Type") == plain.header("Content-Type"))
            }
        }
    }

    @Test func everyAnswerHasTheCommonHeaders() async throws {
        try await TestServer.run { server in
            for (target, role) in [
                ("/users", Role.admin), ("/nothing", .admin), ("/audit", .reader), ("/health", .admin),
            ] {
                let reply = try await server.send("GET", target, as: role)
                #expect(reply.header("X-Request-ID")?.count == 13)
                #expect(reply.header("X-Content-Type-Options") == "nosniff")
                #expect(reply.header("Cache-Control") == "no-store")
                #expect(reply.header("Content-Length") == String(reply.body.count))
                if reply.status >= 400 { #expect(reply.string("request_id") == reply.header("X-Request-ID")) }
            }
            let own = try await server.send("GET", "/users", headers: [("X-Request-ID", "my-id_42")])
            #expect(own.header("X-Request-ID") == "my-id_42")
            for bad in ["has space", String(repeating: "x", count: 129), "schön"] {
                let reply = try await server.send("GET", "/users", headers: [("X-Request-ID", bad)])
                #expect(reply.header("X-Request-ID")?.count == 13)
            }
        }
    }

    @Test func unknownPathsAreProblemsToo() async throws {
        try await TestServer.run { server in
            for target in ["/", "/user", "/users/1/2/3", "/users//1", "/docs/../secret", "/docs/%2e%2e%2fsecret", "//"]
            {
                let reply = try await server.send("GET", target)
                #expect(reply.status == 404, "\(target): \(reply.status)")
                #expect(reply.problem == "unknown-path")
            }
        }
    }
}
