import Foundation
import TestSupport
import Testing
import UserProfiles

/// The requests of "Try it out" on the page /docs, with what Swagger UI fills in, and nothing edited.
@Suite("Try it out", .blocking)
struct TryItOutTests {
    @Test("Each operation succeeds on a store with one user, one after the other as on the page")
    func inOrder() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.server(directory)
        let client = try server.client()
        let trials = try Self.trials(client)
        #expect(trials.count > 15)
        for trial in trials { try trial.run(client) }
        #expect(server.stop() == 0)
    }

    @Test("Each operation succeeds on a store with one user and no other change")
    func alone() throws {
        let directory = try TemporaryDirectory()
        let first = try Self.server(directory)
        let trials = try Self.trials(try first.client())
        #expect(first.stop() == 0)
        for trial in trials {
            let own = try TemporaryDirectory()
            let server = try Self.server(own)
            let client = try server.client()
            // What is restored without a version or a time was deleted before.
            if trial.path.hasPrefix("/restore/") { _ = try client.send("DELETE", "/users/1") }
            try trial.run(client)
            #expect(server.stop() == 0)
        }
    }

    fileprivate static func server(_ directory: TemporaryDirectory) throws -> ServerProcess {
        let environment = ["SWAGGER_UI_DIRECTORY": Project.root.appending(path: ".swagger-ui").path]
        let server = try ServerProcess(data: directory.appending("data"), environment: environment)
        let user = #"{"name":"Zoë Ångström","email":"zoe@example.com"}"#
        #expect(try server.client().send("POST", "/users", user).status == 201)
        return server
    }

    // MARK: - What is filled in

    fileprivate struct Trial {
        let method: String
        let path: String
        let headers: [String]
        let body: String?

        func run(_ client: HTTPClient) throws {
            let answer = try client.send(method, path, body, headers: headers)
            let text = String(decoding: answer.body.prefix(2000), as: UTF8.self)
            #expect((200..<300).contains(answer.status), "\(method) \(path): \(text)")
            // A list that comes back empty is no success for somebody who tries it out.
            for list in ["users", "history", "audit_logs"] {
                #expect(!text.contains(#""\#(list)":[]"#), "\(method) \(path): \(text)")
            }
        }
    }

    fileprivate static func trials(_ client: HTTPClient) throws -> [Trial] {
        let document = try JSONParser.parse(try client.send("GET", "/openapi.json").body)
        return try document["paths"].members.flatMap { path, operations in
            try operations.members.map { try trial($0.uppercased(), path, $1) }
        }
    }

    private static func trial(_ method: String, _ path: String, _ operation: JSONValue) throws -> Trial {
        var (path, query, headers) = (path, [String](), [String]())
        for parameter in operation["parameters"]?.elements ?? [] {
            let name = try #require(parameter["name"]?.text)
            let schema = parameter["schema"]
            guard let value = (parameter["example"] ?? schema["example"] ?? schema["default"])?.text else {
                #expect(parameter["required"] != JSONValue.bool(true), "\(method) \(path): nothing stands in \(name)")
                continue
            }
            switch parameter["in"]?.text {
            case "path": path = path.replacing("{\(name)}", with: value)
            case "query": query.append("\(name)=\(value)")
            default: headers.append("\(name): \(value)")
            }
        }
        if !query.isEmpty { path += "?" + query.joined(separator: "&") }
        let success = operation["responses"].members.first { $0.key.hasPrefix("2") }
        if let type = success?.value["content"].members.first?.key { headers.append("Accept: \(type)") }
        guard let media = operation["requestBody"]["content"].members.first else {
            return Trial(method: method, path: path, headers: headers, body: nil)
        }
        headers.append("Content-Type: \(media.key)")
        var json = JSONWriter()
        json.value(try #require(media.value["example"]))
        return Trial(method: method, path: path, headers: headers, body: String(decoding: json.bytes, as: UTF8.self))
    }
}

/// The same in a browser.
@Suite("Try it out in a real browser", .enabled(Browser.advice) { Browser.isInstalled }, .blocking)
struct TryItOutBrowserTests {
    @Test("Swagger UI executes each operation, with success")
    func everyOperation() throws {
        let directory = try TemporaryDirectory()
        let server = try TryItOutTests.server(directory)
        let trials = try TryItOutTests.trials(try server.client())
        let (status, output) = try Browser.run("try-it-out", "http://127.0.0.1:\(server.port)")
        #expect(status == 0, "\(output)")
        let lines = output.split(separator: "\n")
        #expect(lines.count == trials.count, "\(output)")
        for line in lines { #expect(line.hasSuffix(" 200") || line.hasSuffix(" 201"), "\(line)") }
        #expect(server.stop() == 0)
    }
}

extension JSONValue? {
    fileprivate subscript(_ key: String) -> JSONValue? { self?[key] }

    fileprivate var members: [(key: String, value: JSONValue)] {
        if case .object(let object)? = self { object.members.map { ($0.key, $0.value) } } else { [] }
    }
}

extension JSONValue {
    fileprivate subscript(_ key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    fileprivate var members: [(key: String, value: JSONValue)] { Optional(self).members }

    fileprivate var elements: [JSONValue] {
        if case .array(let values) = self { values } else { [] }
    }

    /// As it stands in a path, a query or a header.
    fileprivate var text: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: nil
        }
    }
}
