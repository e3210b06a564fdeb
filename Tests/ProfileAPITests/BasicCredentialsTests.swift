import Testing

@testable import ProfileAPI

@Suite struct BasicCredentialsTests {
    @Test(arguments: [
        ("Basic YWRhOnNlY3JldA==", "ada", "secret"),
        ("basic YWRhOnNlY3JldA==", "ada", "secret"),
        ("BASIC   YWRhOnNlY3JldA==", "ada", "secret"),
        ("Basic YWRhOnNlY3JldA", "ada", "secret"),
        ("Basic YWRhOg==", "ada", ""),
        ("Basic YWRhOmE6Yjpj", "ada", "a:b:c"),
        ("Basic Og==", "", ""),
    ])
    func reads(header: String, name: String, password: String) throws {
        let credentials = try BasicCredentials(header: header)
        #expect(credentials == BasicCredentials(name: name, password: Array(password.utf8)))
    }

    @Test func readsAnyScript() throws {
        let credentials = try BasicCredentials(header: TestServer.basic("Ελένη", "пароль🔑"))
        #expect(credentials == BasicCredentials(name: "Ελένη", password: Array("пароль🔑".utf8)))
    }

    @Test(arguments: [
        ("", BasicCredentials.Malformed.otherScheme),
        ("Bearer abc", .otherScheme),
        ("Basic", .notBase64),
        ("Basic ", .notBase64),
        ("Basic %%%%", .notBase64),
        ("Basic YWRh", .noColon),
        ("Basic /zphYg==", .notUTF8),
        ("Basic YTr/", .notUTF8),
        ("Basic " + String(repeating: "A", count: 5000), .tooLong),
    ])
    func refuses(header: String, why: BasicCredentials.Malformed) {
        #expect(throws: why) { try BasicCredentials(header: header) }
    }
}
