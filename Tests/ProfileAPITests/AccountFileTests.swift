import LogStorage
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

    private func token(_ name: String, expires: LogTimestamp? = nil) throws(AccountError) -> APIToken {
        try APIToken(
            name: name,
            role: .reader,
            digest: TokenDigest(of: name),
            created: LogTimestamp(microseconds: 1),
            expires: expires
        )
    }

    @Test func keepsAccountsForTheOwnerOnly() async throws {
        try await TemporaryFolder.with { folder in
            let file = AccountFile(dataDirectory: folder)
            #expect(try file.read() == nil)
            let hash = try PasswordHash(password: Array("pässword".utf8), cost: cheap())
            let list = try AccountList(
                accounts: [
                    Account(name: "Ελένη", role: .auditor, password: hash),
                    Account(name: "佐藤", role: .reader, password: hash),
                ],
                tokens: [token("ci"), token("nightly", expires: LogTimestamp(microseconds: 2))]
            )
            for _ in 0..<2 { try file.update { $0 = list } }
            #expect(try file.read() == list)
            #expect(try file.read()?.accounts[0].password.matches(Array("pässword".utf8)) == true)
            #expect(try file.read()?.accounts[0].password.matches(Array("password".utf8)) == false)
            var info = stat()
            #expect(stat(folder + "/accounts.json", &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)
            let bytes = try #require(try PrivateFile(path: folder + "/accounts.json").read())
            // An entry a line.
            #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 7)
        }
    }

    @Test func aByteOrderMarkIsSkippedAndUTF16IsNamed() async throws {
        try await TemporaryFolder.with { folder in
            let file = AccountFile(dataDirectory: folder)
            try PrivateFile(path: file.path).replace(with: Array("\u{FEFF}{\"accounts\":[]}".utf8))
            #expect(try file.read() == AccountList())
            try PrivateFile(path: file.path).replace(with: [0xFF, 0xFE, 123, 0])
            let error = #expect(throws: AccountError.self) { try file.read() }
            #expect(error?.message == "\(file.path) is UTF-16: save it as UTF-8")
        }
    }

    @Test func aFileThatEveryUserMayChangeIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let file = AccountFile(dataDirectory: folder)
            try file.update { list throws(AccountError) in try list.add(token("ci")) }
            for mode in [0o666, 0o602, 0o777] as [mode_t] {
                #expect(chmod(file.path, mode) == 0)
                let error = #expect(throws: AccountError.self) { try file.read() }
                #expect(error?.message.contains("mode 0\(String(mode, radix: 8))") == true)
                #expect(error?.message.contains("chmod 600 \(file.path)") == true)
                #expect(throws: AccountError.self) { try file.update { $0 = AccountList() } }
            }
            // As Kubernetes mounts volumes and Secrets.
            for mode in [0o660, 0o644, 0o440, 0o400] as [mode_t] {
                #expect(chmod(file.path, mode) == 0)
                #expect(try file.read()?.tokens.count == 1)
            }
        }
    }

    @Test(arguments: [
        "", "a:b", "a:\u{301}", "a\u{7}", "ad\u{202E}nim", "a\u{200B}b", "a\u{200D}b", "a\u{AD}b", "\u{FEFF}a",
        "a\u{2066}b",
        "a\u{61C}b", "a\u{200E}", "a\u{2028}b", " a", "a ", "a  b", "a\u{A0}b", "a\u{3164}b", "a\u{FE0F}",
        "a\u{E0041}", String(repeating: "x", count: 129), " ",
    ])
    func namesThatHideSomethingAreRefusedForAccountsTokensAndTheSettings(name: String) throws {
        #expect(Account.problem(withName: name)?.hasPrefix("an account's or token's name must") == true)
        #expect(throws: AccountError.self) { try token(name) }
        guard !name.isEmpty else { return }
        let error = #expect(throws: StartError.self) { try ServerSettings { $0 == .adminUser ? name : nil } }
        #expect(error?.message.hasPrefix("ADMIN_USER is no name: ") == true)
    }

    @Test(arguments: [
        "ada", "Ελένη", "佐藤", "إيناس", "O'Brien", "night job", "a@b.example", String(repeating: "x", count: 128),
    ])
    func namesOfEveryScriptAreTaken(name: String) {
        #expect(Account.problem(withName: name) == nil)
    }

    @Test func aFileFromBeforeThereWereTokensIsStillGood() async throws {
        let old = #"""
            {"accounts":[{"name":"zoe","role":"editor","scrypt":{"n":2,"r":1,"p":1,
            "salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}
            """#
        try await TemporaryFolder.with { folder in
            try PrivateFile(path: folder + "/accounts.json").replace(with: Array(old.utf8))
            let list = try #require(try AccountFile(dataDirectory: folder).read())
            #expect(list.accounts.map(\.name) == ["zoe"] && list.tokens.isEmpty)
        }
    }

    @Test func aLinkIsFollowedNotReplaced() async throws {
        try await TemporaryFolder.with { folder in
            #expect(mkdir(folder + "/real", 0o700) == 0)
            #expect(symlink("real/accounts.json", folder + "/accounts.json") == 0)
            let file = AccountFile(dataDirectory: folder)
            try PrivateFile(path: folder + "/real/accounts.json").replace(with: Array(#"{"accounts":[]}"#.utf8))
            let ci = try token("ci")
            try file.update { list throws(AccountError) in try list.add(ci) }
            #expect(try AccountFile(dataDirectory: folder + "/real").read()?.tokens == [ci])
            var info = stat()
            #expect(lstat(folder + "/accounts.json", &info) == 0 && info.st_mode & S_IFMT == S_IFLNK)
        }
    }

    @Test func aChangeThatFailsLeavesTheFileAsItWas() async throws {
        try await TemporaryFolder.with { folder in
            let file = AccountFile(dataDirectory: folder)
            let ci = try token("ci")
            try file.update { list throws(AccountError) in try list.add(ci) }
            #expect(throws: AccountError.self) {
                try file.update { list throws(AccountError) in
                    try list.removeToken("ci")
                    try list.removeToken("ci")
                }
            }
            #expect(try file.read()?.tokens == [ci])
        }
    }

    @Test func accountsAndTokensShareTheirNames() throws {
        let hash = try PasswordHash(password: [1], cost: cheap())
        let ada = try Account(name: "ada", role: .admin, password: hash)
        #expect(throws: AccountError.self) { try AccountList(accounts: [ada], tokens: [token("ada")]) }
        #expect(throws: AccountError.self) { try AccountList(accounts: [ada, ada]) }
        var list = try AccountList(accounts: [ada])
        #expect(throws: AccountError.self) { try list.add(token("ada")) }
        try list.add(token("ci"))
        #expect(throws: AccountError.self) {
            try list.add(Account(name: "ci", role: .reader, password: hash))
        }
        // Each is removed as what it is.
        #expect(throws: AccountError.self) { try list.removeToken("ada") }
        #expect(throws: AccountError.self) { try list.removeAccount("ci", mayBeLastAdmin: true) }
        #expect(throws: AccountError.self) { try list.removeAccount("ada", mayBeLastAdmin: false) }
        try list.add(Account(name: "eve", role: .admin, password: hash))
        try list.removeAccount("ada", mayBeLastAdmin: false)
        try list.removeAccount("eve", mayBeLastAdmin: true)
        #expect(list.accounts.isEmpty && list.tokens.count == 1)
    }

    @Test func noTokenHasTheNameOfTheSettingsAdministrator() throws {
        let admin = try Account(name: "admin", role: .admin, password: PasswordHash(password: [1], cost: cheap()))
        let list = try AccountList(tokens: [token("admin")])
        #expect(throws: AccountError.self) {
            try AccountDirectory(list, administrator: admin, decoyCost: cheap())
        }
        let directory = try AccountDirectory(AccountList(), administrator: admin, decoyCost: cheap())
        #expect(throws: AccountError.self) { try directory.replace(with: list) }
        #expect(directory.account(named: "admin") == admin)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"accounts":[1]}"#, #"{"accounts":[{"name":"a","role":"king"}]}"#,
        #"{"accounts":[{"name":"a","role":"admin","scrypt":{"n":3,"r":8,"p":1,"salt":"","hash":""}}]}"#,
        #"{"accounts":[{"name":"a:b","role":"admin"}]}"#, #"{"accounts":[],"tokens":{}}"#,
        #"{"accounts":[],"tokens":[{"name":"a","role":"admin","sha256":"00","expires":null}]}"#,
        #"{"accounts":[],"tokens":[{"name":"a","role":"admin","sha256":"\#(String(repeating: "0", count: 64))"}]}"#,
        #"{"accounts":[],"tokens":[{"name":"a","role":"king","sha256":"","expires":null}]}"#,
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
            #expect(first.list.accounts.first?.password.matches(Array(generated.password.utf8)) == true)
            let second = try AccountSetup(settings: settings).run()
            #expect(second.generated == nil)
            #expect(second.list == first.list)
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
            settings.adminPassword = SecretText("from the environment")
            let outcome = try AccountSetup(settings: settings).run()
            let directory = try AccountDirectory(
                outcome.list,
                administrator: outcome.administrator,
                decoyCost: settings.hashCost
            )
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
