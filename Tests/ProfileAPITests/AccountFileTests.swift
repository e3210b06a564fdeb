import Testing

@testable import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct AccountFileTests {
    private func cheap() throws -> ScryptCost {
        try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
    }

    @Test func keepsAccountsForTheOwnerOnly() async throws {
        try await TemporaryFolder.with { folder in
            let file = AccountFile(dataDirectory: folder)
            #expect(try file.read() == [])
            let hash = try PasswordHash(password: Array("pässword".utf8), cost: cheap())
            let accounts = [
                try Account(name: "Ελένη", role: .auditor, password: hash),
                try Account(name: "佐藤", role: .reader, password: hash),
            ]
            try file.write(accounts)
            try file.write(accounts)
            #expect(try file.read() == accounts)
            #expect(try file.read()[0].password.matches(Array("pässword".utf8)))
            #expect(try !file.read()[0].password.matches(Array("password".utf8)))
            var info = stat()
            #expect(stat(folder + "/accounts.json", &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"accounts":[1]}"#, #"{"accounts":[{"name":"a","role":"king"}]}"#,
        #"{"accounts":[{"name":"a","role":"admin","scrypt":{"n":3,"r":8,"p":1,"salt":"","hash":""}}]}"#,
        #"{"accounts":[{"name":"a:b","role":"admin"}]}"#,
    ])
    func namesTheFileThatIsWrong(text: String) async throws {
        try await TemporaryFolder.with { folder in
            try PrivateFile(path: folder + "/accounts.json").replace(with: Array(text.utf8))
            let error = #expect(throws: AccountError.self) { try AccountFile(dataDirectory: folder).read() }
            #expect(error?.message.contains("accounts.json") == true)
            #expect(error?.message.contains("\n") == false)
        }
    }

    @Test func theFirstStartMakesAnAdministratorAndKeepsOnlyItsHash() async throws {
        try await TemporaryFolder.with { folder in
            var settings = ServerSettings()
            settings.dataDirectory = folder
            settings.hashCost = try cheap()
            let first = try AccountSetup(settings: settings).run()
            let generated = try #require(first.generated)
            #expect(generated.name == "admin")
            #expect(first.accounts.first?.password.matches(Array(generated.password.utf8)) == true)
            let second = try AccountSetup(settings: settings).run()
            #expect(second.generated == nil)
            #expect(second.accounts == first.accounts)
            let bytes = try #require(try PrivateFile(path: folder + "/accounts.json").read())
            #expect(!String(decoding: bytes, as: UTF8.self).contains(generated.password))
        }
    }

    @Test func theSettingsPasswordGoesBeforeTheFile() async throws {
        try await TemporaryFolder.with { folder in
            var settings = ServerSettings()
            settings.dataDirectory = folder
            settings.hashCost = try cheap()
            _ = try AccountSetup(settings: settings).run()
            settings.adminPassword = "from the environment"
            let outcome = try AccountSetup(settings: settings).run()
            let directory = try AccountDirectory(outcome.accounts, decoyCost: settings.hashCost)
            let admin = try #require(directory.account(named: "admin"))
            #expect(admin.password.matches(Array("from the environment".utf8)))
        }
    }

    @Test func costsThatScryptForbidsOrThatTakeTooMuchAreRefused() {
        #expect(ScryptCost(rounds: 3, blockSize: 8, parallelism: 1) == nil)
        #expect(ScryptCost(rounds: 1 << 20, blockSize: 32, parallelism: 1) == nil)
        #expect(ScryptCost(rounds: 0, blockSize: 8, parallelism: 1) == nil)
        #expect(ScryptCost(rounds: 1 << 14, blockSize: 8, parallelism: 1) == .standard)
    }
}
