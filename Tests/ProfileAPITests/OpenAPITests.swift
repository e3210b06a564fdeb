import HTTPTypes
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite struct OpenAPITests {
    private func document() throws -> JSONValue {
        try JSONParser.parse(OpenAPIDocument.json(for: EndpointTable.all, build: .unknown))
    }

    private func member(_ value: JSONValue?, _ key: String) -> JSONValue? { value?[key] }

    private func members(_ value: JSONValue?) -> [String] { value?.members.map(\.key) ?? [] }

    /// Every operation, with a name for messages.
    private func operations(_ document: JSONValue) -> [(name: String, node: JSONValue)] {
        document["paths"]?.members.flatMap { path in
            path.value.members.map { ("\($0.key) \(path.key)", $0.value) }
        } ?? []
    }

    @Test func onlyRequiredParametersHaveAnExampleAndOthersNameItInTheDescription() throws {
        var described = 0
        for operation in operations(try document()) {
            guard case .array(let parameters)? = operation.node["parameters"] else { continue }
            for parameter in parameters {
                let isRequired = parameter["required"] == JSONValue.bool(true)
                #expect((parameter["example"] != nil) == isRequired, "\(operation.name): \(parameter)")
                #expect(parameter["examples"] == nil && parameter["schema"]?["example"] == nil)
                if case .string(let text)? = parameter["description"], text.contains(" Example: `") { described += 1 }
            }
        }
        #expect(described > 10)
    }

    @Test func everyBodyHasAnExampleThatFitsItsSchema() throws {
        let document = try document()
        let check = SchemaCheck(document: document)
        var examples = 0
        func expectFit(_ media: JSONValue, _ name: String) throws {
            let example = try #require(media["example"], "\(name) has no example")
            #expect(check.faults(example, media["schema"]) == [], "\(name)")
            examples += 1
        }
        for operation in operations(document) {
            for media in operation.node["requestBody"]?["content"]?.members ?? [] {
                try expectFit(media.value, operation.name)
            }
            for response in operation.node["responses"]?.members ?? [] where response.key.hasPrefix("2") {
                for media in response.value["content"]?.members ?? [] {
                    let isText = ["text/html", "application/x-tar", "application/octet-stream"].contains(media.key)
                    if !isText { try expectFit(media.value, "\(operation.name) \(media.key)") }
                }
            }
        }
        #expect(examples > 20)
    }

    @Test func theExampleOfATableHasTheColumnsAndIsTheEntryOfTheOtherFormats() throws {
        let rows = OpenAPIExamples.auditTable.split(separator: "\r\n")
        #expect(rows.count == 2)
        #expect(String(rows[0]) == AuditEntry.csvColumns.joined(separator: ","))
        #expect(OpenAPIExamples.auditEntry.members.map(\.key) == AuditEntry.csvColumns)
        #expect(OpenAPIExamples.auditLines.hasSuffix("}\n"))
    }

    @Test func whatIsRefusedIsDescribedOnceForAllOperationsWithAnExampleOfEachSort() throws {
        let document = try document()
        let check = SchemaCheck(document: document)
        let responses = document["components"]?["responses"]
        var used: Set<String> = []
        for operation in operations(document) {
            for response in operation.node["responses"]?.members ?? []
            where response.key.first.map({ $0 > "3" }) == true {
                guard case .string(let reference)? = response.value["$ref"] else {
                    Issue.record("\(operation.name) describes \(response.key) itself")
                    continue
                }
                used.insert(String(reference.split(separator: "/").last ?? ""))
                let problem = check.resolved(response.value)?["content"]?["application/problem+json"]
                let examples = problem?["examples"]?.members ?? []
                #expect(!examples.isEmpty)
                for example in examples {
                    let value = try #require(example.value["value"])
                    #expect(check.faults(value, problem?["schema"]) == [], "\(example.key)")
                    #expect(value["status"] == (try JSONParser.parse(Array(response.key.utf8))))
                }
            }
        }
        #expect(used == Set(members(responses)))
        let bodies = responses?.members.map(\.value) ?? []
        #expect(Set(bodies).count == bodies.count)
    }

    @Test func whatMayGetFurtherValuesIsNoEnumeration() throws {
        let document = try document()
        for schema in document["components"]?["schemas"]?.members ?? [] {
            for property in schema.value["properties"]?.members ?? [] {
                #expect(
                    property.value["enum"] == nil && property.value["const"] == nil,
                    "\(schema.key).\(property.key)"
                )
            }
        }
    }

    @Test func everyMemberOfAProblemIsDescribed() async throws {
        try await TestServer.run { server in
            try await server.create("Ada", "ada@example.com")
            try await server.create("Grace", "grace@example.com")
            _ = try await server.send("DELETE", "/users/2")
            let document = try await server.send("GET", "/openapi.json", as: nil).json()
            let ada = #"{"name":"Ada","email":"ada@example.com"}"#
            for (method, target, json, tag, member) in [
                ("POST", "/users", ada, nil, "holder_id"), ("PUT", "/users/1", ada, "\"9\"", "current_version"),
                ("GET", "/users/2", nil, nil, "deleted_version"), ("POST", "/users", "{", nil, "column"),
                ("GET", "/users?limit=0", nil, nil, "errors"),
            ] as [(String, String, String?, String?, String)] {
                let headers = tag.map { [("If-Match", $0)] } ?? []
                let reply = try await server.send(method, target, json: json, headers: headers)
                #expect(reply[member] != nil, "\(reply)")
                let schema = document["components"]?["schemas"]?["Problem"]
                #expect(SchemaCheck(document: document).faults(try reply.json(), schema) == [], "\(reply)")
            }
        }
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
            let statuses = Set(OpenAPIProblems.kinds(of: endpoint).map(\.status.code))
            #expect(statuses.isSuperset(of: [400, 401, 403, 422, 429, 503]), "\(endpoint.operation)")
        }
    }
}
