import Testing

@testable import ProfileAPI

@Suite struct DocumentationTests {
    @Test func withoutTheFilesThePageSaysHowToGetThem() async throws {
        try await TestServer.run { server in
            let page = try await server.send("GET", "/docs", as: nil)
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.text.contains("flask-swagger-ui==5.34.0"))
            #expect(page.text.contains("/openapi.json"))
            #expect(!page.text.contains("<script"))
            #expect(try await server.send("GET", "/docs/swagger-ui.css", as: nil).status == 404)
        }
    }

    @Test func withTheFilesItServesThemAndNothingElse() async throws {
        try await TemporaryFolder.with { folder in
            for name in [
                "swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png", "secret.txt",
            ] {
                try PrivateFile(path: folder + "/" + name).replace(with: Array("content of \(name)".utf8))
            }
            try await TestServer.run({ $0.swaggerUIDirectory = folder }) { server in
                let page = try await server.send("GET", "/docs/", as: nil)
                #expect(page.text.contains("/docs/swagger-ui-bundle.js"))
                let policy = try #require(page.header("Content-Security-Policy"))
                #expect(policy.contains("default-src 'none'"))
                #expect(policy.contains("script-src 'self';"))
                for (name, type) in [
                    ("swagger-ui.css", "text/css; charset=utf-8"),
                    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"), ("favicon-16x16.png", "image/png"),
                ] {
                    let file = try await server.send("GET", "/docs/\(name)", as: nil)
                    #expect(file.text == "content of \(name)")
                    #expect(file.header("Content-Type") == type)
                    #expect(file.header("X-Content-Type-Options") == "nosniff")
                }
                #expect(try await server.send("GET", "/docs/start.js", as: nil).text.contains("/openapi.json"))
                for path in ["/docs/secret.txt", "/docs/%2e%2e%2faccounts.json", "/docs/../accounts.json", "/docs/."] {
                    #expect(try await server.send("GET", path, as: nil).status == 404, "\(path)")
                }
            }
        }
    }
}
