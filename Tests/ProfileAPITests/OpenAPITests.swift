import HTTPTypes
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite struct OpenAPITests {
    private func document() throws -> JSONValue {
        try JSONParser.parse(OpenAPIDocument.json(for: EndpointTable.all))
    }

    private func member(_ value: JSONValue?, _ key: String) -> JSONValue? {
        if case .object(let object)? = value { object[key] } else { nil }
    }

    private func members(_ value: JSONValue?) -> [String] {
        if case .object(let object)? = value { object.members.map(\.key) } else { [] }
    }

    @Test func everyRowOfTheTableIsInTheDocumentAndNothingElse() throws {
        let paths = member(try document(), "paths")
        var documented: Set<String> = []
        for path in members(paths) {
            for method in members(member(paths, path)) { documented.insert("\(method.uppercased()) \(path)") }
        }
        #expect(documented == Set(EndpointTable.all.map { "\($0.method.rawValue) \($0.path)" }))
        #expect(Set(EndpointTable.all.map(\.operation)).count == EndpointTable.all.count)
        #expect(Set(EndpointTable.all.map(\.tag)) == Set(EndpointTable.tags.map(\.name)))
    }

    @Test func everyOperationSaysHowToLogIn() throws {
        let document = try document()
        let schemes = member(member(document, "components"), "securitySchemes")
        #expect(members(schemes).sorted() == ["basic", "bearer"])
        for (name, scheme) in [("basic", "basic"), ("bearer", "bearer")] {
            #expect(member(member(schemes, name), "scheme") == .string(scheme))
        }
        for endpoint in EndpointTable.all {
            let path = member(member(document, "paths"), endpoint.path.description)
            let security = member(member(path, endpoint.method.rawValue.lowercased()), "security")
            guard case .array(let ways)? = security else {
                Issue.record("\(endpoint.operation) does not say")
                continue
            }
            #expect(ways.map(members) == (endpoint.access == .anyone ? [] : [["basic"], ["bearer"]]))
        }
    }

    @Test func everyParameterOfAPathIsDescribed() throws {
        for endpoint in EndpointTable.all {
            let names = endpoint.path.description.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            #expect(endpoint.parameters.filter { $0.location == .path }.map(\.name) == names, "\(endpoint.operation)")
        }
    }

    @Test func everyReferenceResolves() throws {
        let document = try document()
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let object):
                for item in object.members {
                    if item.key == "$ref", case .string(let target) = item.value { references.insert(target) }
                    collect(item.value)
                }
            case .array(let values): for value in values { collect(value) }
            default: break
            }
        }
        collect(document)
        #expect(references.count > 15)
        for reference in references {
            var value: JSONValue? = document
            for part in reference.split(separator: "/").dropFirst() { value = member(value, String(part)) }
            #expect(value != nil, "\(reference)")
        }
    }

    @Test func whatTheServerAnswersIsInTheDocument() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            let document = try await server.send("GET", "/openapi.json", as: nil).json()
            for (target, schema, inner) in [
                ("/users/1", "User", "user"), ("/audit/1", "AuditEntry", "audit_log"), ("/admin/status", "Status", nil),
            ] as [(String, String, String?)] {
                var answer: JSONValue? = try await server.send("GET", target).json()
                if let inner { answer = member(answer, inner) }
                let described = member(member(member(document, "components"), "schemas"), schema)
                #expect(members(answer).sorted() == members(member(described, "properties")).sorted(), "\(schema)")
            }
        }
    }

    @Test func theMostFieldsThatAProblemNamesAreDocumented() throws {
        let problem = member(member(member(try document(), "components"), "schemas"), "Problem")
        let errors = member(member(problem, "properties"), "errors")
        guard case .number(let most)? = member(errors, "maxItems") else {
            Issue.record("there is no maxItems")
            return
        }
        #expect(Int(most.text) == Problem.maximumFields)
    }

    @Test func problemsThatHandlersNameAreDocumented() throws {
        for endpoint in EndpointTable.all where endpoint.access != .anyone {
            let statuses = Set(OpenAPIOperation.problems(of: endpoint).map(\.status.code))
            #expect(statuses.isSuperset(of: [400, 401, 403, 422, 429, 503]), "\(endpoint.operation)")
        }
    }
}
