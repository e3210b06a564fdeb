import Testing

@testable import ProfileAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The table of settings")
struct SettingTableTests {
    private typealias Row = (names: [String], defaults: Substring)

    /// The rows of the document's table: the settings that each names, and its cell of defaults.
    private static func rows(of document: String) throws -> [Row] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: document)), as: UTF8.self)
        let table = text.drop(prefix: "| setting | default | meaning |\n")
        return table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }.dropFirst()
            .map { row in
                let cells = row.split(separator: "|", omittingEmptySubsequences: false)
                return (cells[1].matches(of: /`([A-Z_]+)`/).map { String($0.1) }, cells[2])
            }
    }

    private static func expectDefaults(_ rows: [Row]) {
        for row in rows {
            for name in row.names.compactMap(SettingName.init) {
                let fallback = name.definition.fallback
                #expect(row.defaults.contains(fallback), "\(name.rawValue) is \(fallback), not \(row.defaults)")
                if fallback.isEmpty { #expect(!row.defaults.contains("`"), "\(name.rawValue) has no default") }
            }
        }
    }

    @Test("docs/settings.md has each setting once, with its default, and no other")
    func document() throws {
        let rows = try Self.rows(of: "docs/settings.md")
        #expect(rows.flatMap(\.names).sorted() == SettingName.allCases.map(\.rawValue).sorted())
        Self.expectDefaults(rows)
    }

    @Test("The README's settings exist, and have the defaults that it says")
    func readme() throws {
        let rows = try Self.rows(of: "README.md")
        #expect(!rows.isEmpty)
        for name in rows.flatMap(\.names) { #expect(SettingName(rawValue: name) != nil, "\(name)") }
        Self.expectDefaults(rows)
    }

    @Test("Each setting is described, and takes what it shows as its default", arguments: SettingName.allCases)
    func defaults(name: SettingName) {
        #expect(!name.definition.summary.isEmpty)
        var settings = ServerSettings()
        let shown = name.definition.shown(settings)
        #expect(name.definition.problem(taking: shown, into: &settings) == nil)
        #expect(name.definition.shown(settings) == shown)
    }

    @Test("A secret is never shown, not even when it is wrong")
    func secrets() {
        #expect(SettingName.allCases.filter(\.definition.isSecret) == [.adminPassword])
        var settings = ServerSettings()
        #expect(SettingName.adminPassword.definition.shown(settings) == "")
        settings.adminPassword = SecretText("geheim")
        #expect(SettingName.adminPassword.definition.shown(settings) == "********")
        #expect(!Self.everyPrint(of: settings).contains("geheim"))
    }

    @Test("Nothing that stands for a secret shows itself where what holds it is printed")
    func reflection() throws {
        let cost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        let secret = [UInt8](repeating: 173, count: 32)
        let hash = try #require(PasswordHash(cost: cost, salt: secret, hash: secret))
        let account = try Account(name: "ada", role: .admin, password: hash)
        let digest = try #require(TokenDigest(hexadecimal: String(repeating: "ad", count: 32)))
        let token = try APIToken(name: "ci", role: .reader, digest: digest, created: nil, expires: nil)
        let credentials = BasicCredentials(name: "ada", password: secret)
        let login = secret.withUnsafeBytes {
            ProvenLogin(header: $0, caller: Caller(account), revision: 1, end: .monotonic(.zero))
        }
        for holder in [account, token, credentials, login] as [Any] {
            let text = Self.everyPrint(of: holder)
            #expect(!text.contains("173") && !text.contains("adad"), "\(text)")
        }
    }

    /// A value, and an optional one, in all ways in which a program may print it.
    private static func everyPrint(of value: Any) -> String {
        var text = "\(value) \(Optional(value) as Any) \(String(reflecting: value))"
        dump(value, to: &text)
        return text
    }

    @Test("All malformed settings are found, not only the first")
    func allProblems() {
        var settings = ServerSettings()
        let texts: [SettingName: String] = [.port: "x", .hashingThreads: "0", .host: "::1", .logLevel: "loud"]
        let problems = settings.take { texts[$0] }
        #expect(problems.count == 3)
        for name in [SettingName.port, .hashingThreads, .logLevel] {
            #expect(problems.contains { $0.message.hasPrefix(name.rawValue + " must be") })
        }
        #expect(settings.host == "::1")
    }

    @Test(
        "A misspelled setting is recognized",
        arguments: [
            ("HTTP_PROT", SettingName.port), ("http_port", .port), ("HTTPPORT", .port), ("HTTP_HOSTS", .host),
            ("LOGLEVEL", .logLevel), ("Log_Level", .logLevel), ("ADMIN_PASWORD", .adminPassword),
            ("ADMIN_PASSWORDFILE", .adminPasswordFile), ("DATA_DIRECTROY", .dataDirectory),
            ("ACCOUNT_FILE", .accountsFile), ("MAX_BODY_BYTES", nil), ("PORT", nil), ("", nil), ("HTTP_PORT", nil),
        ]
    )
    func misspelled(text: String, name: SettingName?) {
        #expect(SettingName.nearest(to: text) == name)
    }

    @Test("Names that other programs use stop nothing")
    func foreignNames() {
        let names = [
            "ALL_PROXY", "CI", "DATA_HOME", "DEBUG", "EDITOR", "HOME", "HOST", "HOSTNAME", "HTTPS_PROXY", "HTTP_PROXY",
            "HTTP_REFERER", "HTTP_COOKIE", "INVOCATION_ID", "JOURNAL_STREAM", "KUBERNETES_PORT",
            "KUBERNETES_PORT_443_TCP",
            "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "LOGNAME",
            "MAIL",
            "NO_PROXY", "NOTIFY_SOCKET", "OLDPWD", "PATH", "PGHOST", "PGPASSWORD", "PGPORT", "PORT", "PWD", "SHELL",
            "SHLVL", "SSH_AUTH_SOCK", "SSL_CERT_DIR", "SSL_CERT_FILE", "SWIFTLY_BIN_DIR", "TERM", "TMPDIR", "TZ",
            "USER",
            "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "_", "all_proxy", "http_proxy", "https_proxy", "no_proxy",
            "EXPORT_PASSWORD", "DATABASE_URL",
        ]
        #expect(UnknownSettings.problems(file: [], environment: names).isEmpty)
        #expect(
            UnknownSettings.problems(file: ["PGHOST", "DATABASE_URL", "EXPORT_PASSWORD"], environment: []).isEmpty
        )
        #expect(UnknownSettings.problems(file: names, environment: []).count == names.count - 5)
    }
}

extension String {
    /// What stands behind the first occurrence of `prefix`; nothing if there is none.
    fileprivate func drop(prefix: String) -> Substring {
        firstRange(of: prefix).map { self[$0.upperBound...] } ?? ""
    }
}
