import Testing
import UserProfiles

@testable import ProfileAPI

@Suite struct UserEndpointTests {
    @Test func createsReadsChangesAndDeletes() async throws {
        try await TestServer.run { server in
            let created = try await server.send(
                "POST",
                "/users",
                as: .editor,
                json:
                    #"{"name":" Ada Lovelace ","email":"Ada@Example.com","attributes":{"n":1.50,"deep":{"a":[1,null]}}}"#
            )
            #expect(created.status == 201)
            #expect(created.header("Location") == "/users/1")
            #expect(created.header("ETag") == "\"1\"")
            #expect(created.string("message") == "User created")
            #expect(created.string("user.name") == "Ada Lovelace")
            #expect(created.integer("user.version") == 1)

            let read = try await server.send("GET", "/users/1", as: .reader)
            #expect(read.status == 200)
            #expect(read.header("Content-Type") == "application/json")
            #expect(read.text.contains(#""attributes":{"n":1.50,"deep":{"a":[1,null]}}"#))
            #expect(read.header("ETag") == "\"1\"")

            let replaced = try await server.send("PUT", "/users/1", json: #"{"name":"Ada","email":"ada@example.com"}"#)
            #expect(replaced.status == 200)
            #expect(replaced.string("message") == "User updated")
            #expect(replaced.integer("user.version") == 2)
            #expect(replaced.string("user.created_at") == created.string("user.created_at"))

            let patched = try await server.send(
                "PATCH",
                "/users/1",
                json: #"{"attributes":{"team":"Машины"}}"#,
                headers: [("Content-Type", "application/merge-patch+json")]
            )
            #expect(patched.status == 200)
            #expect(patched.string("user.attributes.team") == "Машины")
            #expect(patched.string("user.name") == "Ada")

            let deleted = try await server.send("DELETE", "/users/1")
            #expect(deleted.status == 200)
            #expect(deleted.string("message") == "User deleted")
            #expect(deleted.integer("user.version") == 4)

            let gone = try await server.send("GET", "/users/1")
            #expect(gone.status == 404)
            #expect(gone.problem == "deleted")
            #expect(gone.integer("deleted_version") == 4)
            for (method, json) in [("PUT", #"{"name":"A","email":"a@example.com"}"#), ("PATCH", "{}"), ("DELETE", nil)]
            {
                #expect(try await server.send(method, "/users/1", json: json).status == 404)
            }
            #expect(try await server.send("GET", "/users/2").problem == "not-found")
        }
    }

    @Test func readsThePastByVersionAndByTime() async throws {
        try await TestServer.run { server in
            try await server.create("Ελένη", "eleni@example.com")
            let second = try await server.send("PUT", "/users/1", json: #"{"name":"Елена","email":"e@example.com"}"#)
            let time = try #require(second.string("user.updated_at"))
            try await server.send("DELETE", "/users/1").expect(200)
            #expect(try await server.send("GET", "/users/1?version=1").string("user.name") == "Ελένη")
            #expect(try await server.send("GET", "/users/1?at=\(time)").string("user.name") == "Елена")
            let offset = time.replacing("Z", with: "+00:00")
            #expect(try await server.send("GET", "/users/1?at=\(offset)").string("user.name") == "Елена")
            let deletion = try await server.send("GET", "/users/1?version=3")
            #expect(deletion.status == 200)
            #expect(deletion.header("ETag") == "\"3\"")
            #expect(try await server.send("GET", "/users/1?version=9").problem == "version-not-found")
            #expect(try await server.send("GET", "/users/1?at=2001-01-01T00:00:00Z").problem == "not-yet-born")
            let both = try await server.send("GET", "/users/1?version=1&at=2001-01-01T00:00:00Z")
            #expect(both.status == 422)
            let future = try await server.send("GET", "/users/1?at=2999-01-01T00:00:00Z")
            #expect(future.status == 422)
            #expect(future.text.contains("must not be in the future"))
        }
    }

    @Test func conditionsAreHonoured() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let same = try await server.send("GET", "/users/1", headers: [("If-None-Match", "W/\"1\", \"7\"")])
            #expect(same.status == 304)
            #expect(same.header("ETag") == "\"1\"")
            #expect(try await server.send("GET", "/users/1", headers: [("If-None-Match", "\"2\"")]).status == 200)
            let json = #"{"name":"Ada B","email":"ada@example.com"}"#
            for stale in ["\"2\"", "\"9\", \"8\"", "W/\"1\"", "\"abc\""] {
                let reply = try await server.send("PUT", "/users/1", json: json, headers: [("If-Match", stale)])
                #expect(reply.status == 412, "\(stale)")
                #expect(reply.integer("current_version") == 1)
                #expect(try await server.send("DELETE", "/users/1", headers: [("If-Match", stale)]).status == 412)
                let patch = #"{"name":"Ada P"}"#
                let patched = try await server.send("PATCH", "/users/1", json: patch, headers: [("If-Match", stale)])
                #expect(patched.status == 412 && patched.problem == "precondition-failed", "\(stale)")
            }
            for (match, version) in [("\"1\"", 2), ("*", 3), ("\"1\", \"3\"", 4)] {
                let reply = try await server.send("PUT", "/users/1", json: json, headers: [("If-Match", match)])
                #expect(reply.status == 200, "\(match): \(reply.text)")
                #expect(reply.integer("user.version") == version)
            }
            #expect(try await server.send("PUT", "/users/1", json: json, headers: [("If-Match", "4")]).status == 400)
            let patch = #"{"name":"Ada P"}"#
            let patched = try await server.send("PATCH", "/users/1", json: patch, headers: [("If-Match", "\"4\"")])
            #expect(patched.status == 200 && patched.integer("user.version") == 5)
        }
    }

    @Test func listsInPagesThatLinkToEachOther() async throws {
        try await TestServer.run { server in
            for number in 1...7 { try await server.create("Nutzer \(number)", "u\(number)@example.com") }
            var target = "/users?limit=3&sort=-id&q=NUTZER"
            var ids: [Int] = []
            var pages = 0
            while true {
                let reply = try await server.send("GET", target, as: .reader)
                #expect(reply.status == 200, "\(reply.text)")
                for index in 0..<(reply.count("users") ?? 0) { ids.append(reply.integer("users.\(index).id") ?? 0) }
                pages += 1
                guard let link = reply.header("Link") else {
                    #expect(reply.text.contains(#""next":null"#))
                    break
                }
                #expect(link.hasSuffix(">; rel=\"next\""))
                target = String(link.dropFirst().prefix { $0 != ">" })
            }
            #expect(ids == [7, 6, 5, 4, 3, 2, 1])
            #expect(pages == 3)
        }
    }

    @Test func filtersLists() async throws {
        try await TestServer.run { server in
            try await server.create("Straße", "s@example.com")
            try await server.create("Ольга", "o@example.com")
            try await server.send("DELETE", "/users/2").expect(200)
            #expect(try await server.send("GET", "/users").count("users") == 1)
            #expect(try await server.send("GET", "/users?deleted=true").integer("users.0.id") == 2)
            #expect(try await server.send("GET", "/users?deleted=all").count("users") == 2)
            #expect(try await server.send("GET", "/users?deleted=all&q=%D0%9E%D0%9B%D0%AC").count("users") == 1)
            #expect(try await server.send("GET", "/users?q=STRASSE").count("users") == 1)
            #expect(try await server.send("GET", "/users?email=S%40EXAMPLE.com").count("users") == 1)
            #expect(try await server.send("GET", "/users?updated_since=2999-01-01T00:00:00Z").count("users") == 0)
        }
    }

    @Test func listsTheDirectoryAsItWasAtAnInstant() async throws {
        try await TestServer.run { server in
            for name in ["Ada", "Bob", "Cy"] { try await server.create(name, "\(name)@example.com") }
            let gone = try await server.send("DELETE", "/users/3")
            let time = try #require(gone.string("user.updated_at"))
            try await server.send("PATCH", "/users/1", json: #"{"name":"Ada Lovelace"}"#).expect(200)
            try await server.send("DELETE", "/users/2").expect(200)
            try await server.create("Dora", "dora@example.com")
            for (query, names) in [
                ("", ["Ada Lovelace", "Dora"]), ("&at=\(time)", ["Ada", "Bob"]),
                ("&at=\(time)&sort=-id", ["Bob", "Ada"]), ("&at=\(time)&deleted=all", ["Ada", "Bob", "Cy"]),
                ("&at=\(time)&deleted=true", ["Cy"]), ("&at=\(time)&q=BO", ["Bob"]),
                ("&at=\(time)&q=lovelace", []), ("&at=2001-01-01T00:00:00Z", []),
            ] {
                // A user a page, so that what leads to the next one keeps to the instant, too.
                let users = try await Self.all(server, "/users?limit=1\(query)")
                #expect(users.map(\.name) == names, "\(query)")
            }
            let page = try await server.send("GET", "/users?at=\(time)")
            #expect(page.integer("users.0.version") == 1)
            #expect(page.integer("as_of") == 4)
        }
    }

    @Test func listsInEveryOrder() async throws {
        try await TestServer.run { server in
            // Each order is one that no other has, and that of the bytes is none of them.
            try await server.create("charlie", "b@example.com")
            try await server.create("alpha", "d@example.com")
            try await server.create("Delta", "c@example.com")
            try await server.create("Bravo", "a@example.com")
            for id in [2, 1] {
                try await server.send("PATCH", "/users/\(id)", json: #"{"attributes":{"n":1}}"#).expect(200)
            }
            let orders: [UserSort: [Int]] = [
                .id: [1, 2, 3, 4], .name: [2, 4, 1, 3], .email: [4, 1, 3, 2], .updatedAt: [3, 4, 2, 1],
            ]
            for sort in UserSort.allCases {
                let ascending = try #require(UserSort(rawValue: sort.rawValue.replacing("-", with: "")))
                let order = try #require(orders[ascending])
                let expected = sort == ascending ? order : order.reversed()
                let users = try await Self.all(server, "/users?limit=3&sort=\(sort.rawValue)")
                #expect(users.map(\.id) == expected, "\(sort.rawValue)")
                guard ascending != .id else { continue }
                let time = "2001-01-01T00:00:00Z"
                let past = try await server.send("GET", "/users?sort=\(sort.rawValue)&at=\(time)")
                #expect(past.status == 422 && past.refusedFields == ["sort"], "\(sort.rawValue): \(past.text)")
            }
        }
    }

    /// All users of a list, page by page.
    private static func all(_ server: TestServer, _ first: String) async throws -> [(id: Int, name: String)] {
        var users: [(id: Int, name: String)] = []
        var target: String? = first
        while let next = target {
            let reply = try await server.send("GET", next, as: .reader)
            #expect(reply.status == 200, "\(next): \(reply.text)")
            for index in 0..<(reply.count("users") ?? 0) {
                let id = try #require(reply.integer("users.\(index).id"))
                users.append((id, try #require(reply.string("users.\(index).name"))))
            }
            target = reply.header("Link").map { String($0.dropFirst().prefix { $0 != ">" }) }
        }
        return users
    }

    @Test func twoWritersRacingForOneEmailGetOne201AndOne409() async throws {
        try await TestServer.run { server in
            for round in 0..<20 {
                let json = #"{"name":"Racer","email":"race\#(round)@example.com"}"#
                async let one = server.send("POST", "/users", json: json)
                async let two = server.send("POST", "/users", json: json.uppercasedEmail)
                let replies = try await [one, two].sorted { $0.status < $1.status }
                #expect(replies.map(\.status) == [201, 409])
                #expect(replies[1].problem == "email-taken")
                #expect(replies[1].integer("holder_id") == replies[0].integer("user.id"))
                #expect(replies[1].refusedFields == ["email"])
            }
        }
    }

    @Test(arguments: [
        "Zoë Müller", "佐藤 花子", "محمد علي", "שרה כהן", "Ольга Иванова", "Ελένη", "สมชาย", "अमित", "👩🏽‍🚀 Ada", "Nguyễn Văn",
    ])
    func namesInAnyScriptComeBackAsTheyWere(name: String) async throws {
        try await TestServer.run { server in
            let id = try await server.create(name, "x@example.com", attributes: "{\"имя\":\"\(name)\"}")
            let reply = try await server.send("GET", "/users/\(id)")
            #expect(reply.string("user.name") == name)
            #expect(reply.string("user.attributes.имя") == name)
            let query = PageLinks.encode(String(name.prefix(3)))
            #expect(try await server.send("GET", "/users?q=\(query)").count("users") == 1)
        }
    }
}

extension String {
    /// The same email to the server, spelled otherwise.
    fileprivate var uppercasedEmail: String { replacing("race", with: "RACE") }
}

extension Reply {
    /// Expects a status.
    func expect(_ status: Int) {
        #expect(self.status == status, "\(text)")
    }
}
