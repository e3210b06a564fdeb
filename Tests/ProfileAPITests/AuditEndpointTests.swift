import Testing
import UserProfiles

@testable import ProfileAPI

@Suite struct AuditEndpointTests {
    private func prepare(_ server: TestServer) async throws {
        try await server.create("=cmd|' /C calc'!A0", "one@example.com")
        try await server.create("Zwei, \"der Zweite\"", "two@example.com", attributes: #"{"note":"a\nb"}"#)
        try await server.send("DELETE", "/users/1", as: .editor).expect(200)
    }

    @Test func listsNewestFirstAndFilters() async throws {
        try await TestServer.run { server in
            try await prepare(server)
            let all = try await server.send("GET", "/audit", as: .auditor)
            #expect(all.status == 200)
            #expect(all.count("audit_logs") == 3)
            #expect(all.integer("audit_logs.0.id") == 3)
            #expect(all.string("audit_logs.0.operation") == "DELETE")
            #expect(all.header("Vary") == "Accept")
            for (query, ids) in [
                ("order=asc", [1, 2, 3]), ("user_id=1", [3, 1]), ("actor=editor", [3]), ("operation=CREATE", [2, 1]),
                ("actor=nobody", []), ("until=2001-01-01T00:00:00Z", []),
                ("since=2001-01-01T00:00:00%2B02:00", [3, 2, 1]),
                ("since=2026-11-01T00:00:00Z&until=2026-11-01T00:00:00Z", []), ("since=2001-01-01", [3, 2, 1]),
                ("until=2001-01-01", []), ("since=2001-01-01&until=2001-01-01", []),
                ("operation=create", [2, 1]), ("operation=Delete&order=ASC", [3]),
                ("limit=1", [3]), ("user_id=1&operation=CREATE", [1]),
            ] as [(String, [Int])] {
                let reply = try await server.send("GET", "/audit?\(query)", as: .auditor)
                let found = (0..<(reply.count("audit_logs") ?? -1)).map { reply.integer("audit_logs.\($0).id") ?? 0 }
                #expect(found == ids, "\(query): \(reply.text)")
            }
            let entry = try await server.send("GET", "/audit/2", as: .auditor)
            #expect(entry.integer("audit_log.user_id") == 2)
            #expect(try await server.send("GET", "/audit/4").status == 404)
        }
    }

    @Test func pagesGoOnWhereTheyEnded() async throws {
        try await TestServer.run { server in
            try await prepare(server)
            let first = try await server.send("GET", "/audit?limit=2")
            let link = try #require(first.header("Link"))
            let second = try await server.send("GET", String(link.dropFirst().prefix { $0 != ">" }))
            #expect(second.integer("audit_logs.0.id") == 1)
            #expect(second.header("Link") == nil)
        }
    }

    @Test func comesAsLinesAndAsATable() async throws {
        try await TestServer.run { server in
            try await prepare(server)
            let lines = try await server.send("GET", "/audit", headers: [("Accept", "application/x-ndjson")])
            #expect(lines.header("Content-Type") == "application/x-ndjson")
            let texts = lines.text.split(separator: "\n")
            #expect(texts.count == 3)
            for text in texts {
                guard case .object(let object) = try JSONParser.parse(Array(text.utf8)) else {
                    Issue.record("not an object")
                    return
                }
                #expect(object["request_id"] != nil)
            }
            let table = try await server.send("GET", "/audit", headers: [("Accept", "text/html;q=0.2, text/csv")])
            #expect(table.header("Content-Type")?.hasPrefix("text/csv") == true)
            #expect(table.text.hasPrefix("id,user_id,version,operation,timestamp,actor"))
            #expect(table.text.contains("\"'=cmd|' /C calc'!A0\""))
            #expect(table.text.contains("\"Zwei, \"\"der Zweite\"\"\""))
            #expect(table.text.hasSuffix("\r\n"))
            let plain = try await server.send("GET", "/audit?guard=false", headers: [("Accept", "text/csv")])
            #expect(plain.text.contains(",=cmd|' /C calc'!A0,"))
            let none = try await server.send("GET", "/audit", headers: [("Accept", "text/html")])
            #expect(none.status == 406)
            #expect(none.problem == "not-acceptable")
        }
    }
}
