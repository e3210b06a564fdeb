import Testing

@testable import ProfileAPI

@Suite struct HistoryEndpointTests {
    @Test func historyTellsWhoWhenWhyAndWhat() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com", attributes: #"{"room":1}"#)
            try await server.send(
                "PATCH",
                "/users/1",
                as: .editor,
                json: #"{"name":"Ada L.","attributes":{"room":null}}"#,
                headers: [("X-Change-Reason", "Anruf: ändern, 改名"), ("X-Request-ID", "ticket-7")]
            ).expect(200)
            let history = try await server.send("GET", "/users/1/history", as: .auditor)
            #expect(history.status == 200)
            #expect(history.integer("user_id") == 1)
            #expect(history.count("history") == 2)
            #expect(history.string("history.0.operation") == "CREATE")
            #expect(history.string("history.1.actor") == "editor")
            #expect(history.string("history.1.reason") == "Anruf: ändern, 改名")
            #expect(history.string("history.1.request_id") == "ticket-7")
            #expect(history.string("history.1.source_ip") == "127.0.0.1")
            #expect(history.string("history.1.changes.name.previous_value") == "Ada")
            #expect(history.string("history.1.changes.name.new_value") == "Ada L.")
            let change = #""attributes.room":{"previous_value":1,"new_value":null,"new_absent":true}"#
            #expect(history.text.contains(change))
            let page = try await server.send("GET", "/users/1/history?limit=1")
            #expect(page.count("history") == 1)
            let next = try #require(page.string("next"))
            let rest = try await server.send("GET", "/users/1/history?limit=1&after=\(next)")
            #expect(rest.string("history.0.operation") == "UPDATE")
            #expect(try await server.send("GET", "/users/9/history").status == 404)
        }
    }

    @Test func restoresByVersionByTimeAndWithoutEither() async throws {
        try await TestServer.run { server in
            try await server.create("One", "one@example.com")
            let second = try await server.send("PUT", "/users/1", json: #"{"name":"Two","email":"two@example.com"}"#)
            let time = try #require(second.string("user.updated_at"))
            try await server.send("PUT", "/users/1", json: #"{"name":"Three","email":"three@example.com"}"#).expect(200)

            let preview = try await server.send("POST", "/restore/1?version=1&dry_run=true", as: .editor)
            #expect(preview.status == 200)
            #expect(preview.string("restored_user.name") == "One")
            #expect(preview.string("changes.name.previous_value") == "Three")
            #expect(try await server.send("GET", "/users/1").string("user.name") == "Three")

            let restored = try await server.send("POST", "/restore/1?version=1", as: .editor)
            #expect(restored.string("restored_user.name") == "One")
            #expect(restored.integer("restored_user.version") == 4)
            #expect(restored.integer("restored_from") == 1)
            #expect(restored.header("ETag") == "\"4\"")
            #expect(try await server.send("POST", "/restore/1?at=\(time)").string("restored_user.name") == "Two")
            #expect(try await server.send("POST", "/restore/1").problem == "not-deleted")

            try await server.send("DELETE", "/users/1").expect(200)
            let undeleted = try await server.send("POST", "/restore/1")
            #expect(undeleted.status == 200)
            #expect(undeleted.string("restored_user.name") == "Two")
            #expect(try await server.send("POST", "/restore/1?version=6").problem == "target-deleted")
            #expect(try await server.send("POST", "/restore/1?version=99").problem == "version-not-found")
            #expect(try await server.send("POST", "/restore/1?at=2001-01-01T00:00:00Z").problem == "not-yet-born")
            #expect(try await server.send("POST", "/restore/7").problem == "not-found")
        }
    }

    @Test func aRestoreKeepsToItsCondition() async throws {
        try await TestServer.run { server in
            try await server.create("One", "one@example.com")
            try await server.send("PUT", "/users/1", json: #"{"name":"Two","email":"two@example.com"}"#).expect(200)
            for target in ["/restore/1?version=1", "/restore/1?version=1&dry_run=true"] {
                let stale = try await server.send("POST", target, headers: [("If-Match", "\"1\"")])
                #expect(stale.status == 412 && stale.problem == "precondition-failed", "\(target): \(stale.text)")
                #expect(stale.integer("current_version") == 2)
                #expect(stale.header("ETag") == "\"2\"")
            }
            #expect(try await server.send("GET", "/users/1").string("user.name") == "Two")
            let restored = try await server.send("POST", "/restore/1?version=1", headers: [("If-Match", "\"2\"")])
            #expect(restored.status == 200 && restored.integer("restored_user.version") == 3)
        }
    }

    @Test func aRestoreWhoseEmailIsTakenNamesTheHolderAndTakesAnother() async throws {
        try await TestServer.run { server in
            try await server.create("Old", "same@example.com")
            try await server.send("DELETE", "/users/1").expect(200)
            try await server.create("New", "same@example.com")
            let taken = try await server.send("POST", "/restore/1")
            #expect(taken.status == 409)
            #expect(taken.integer("holder_id") == 2)
            for (json, field) in [(#"{"email":1}"#, "email"), (#"{"name":"x"}"#, "name"), ("[]", "body")] {
                let reply = try await server.send("POST", "/restore/1", json: json)
                #expect(reply.status == 422)
                #expect(reply.refusedFields == [field])
            }
            let restored = try await server.send("POST", "/restore/1", json: #"{"email":"old@example.com"}"#)
            #expect(restored.status == 200)
            #expect(restored.string("restored_user.email") == "old@example.com")
        }
    }
}
