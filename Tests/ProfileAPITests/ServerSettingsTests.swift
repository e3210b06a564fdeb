import Testing

@testable import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct ServerSettingsTests {
    @Test func whatIsNotGivenKeepsItsDefault() throws {
        let settings = try ServerSettings { _ in nil }
        #expect(settings.port == 8000)
        #expect(settings.host == "127.0.0.1")
        #expect(settings.dataDirectory == "./data")
        #expect(settings.segmentBytes == 64 << 20)
    }

    @Test(arguments: [
        (SettingName.port, "abc"), (.port, "65536"), (.port, "-1"), (.port, ""), (.port, "80 "),
        (.segmentBytes, "64MiB"), (.maximumBodyBytes, "0"), (.readingThreads, "0"), (.adminUser, "a:b"),
        (.adminPasswordFile, "/nowhere/at/all"), (.allowPlainHTTP, "yes"), (.headerTimeoutSeconds, "0"),
        (.requestsPerAccount, "0"), (.requestsPerSecondPerAccount, "-1"), (.maximumPageRows, "1001"),
        (.commitQueueRecords, "0"), (.commitQueueBytes, "1"), (.certificateFile, "only-one.pem"), (.keyFile, "one.key"),
        (.maximumPageBytes, "65535"), (.adminPassword, "a\tb"), (.adminPassword, String(repeating: "x", count: 1_025)),
    ])
    func aMalformedValueIsNamed(name: SettingName, text: String) {
        let error = #expect(throws: StartError.self) { try ServerSettings { $0 == name ? text : nil } }
        #expect(error?.message.contains(name.rawValue) == true)
    }

    @Test(
        "A byte order mark and either end of a line are no part of the password",
        arguments: [("\u{FEFF}пароль\nrest", "пароль"), ("\u{FEFF}x\r\n", "x"), ("a\u{FEFF}b", "a\u{FEFF}b")]
    )
    func passwordFile(text: String, expected: String) async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/password"
            try PrivateFile(path: path).replace(with: Array(text.utf8))
            let settings = try ServerSettings { $0 == .adminPasswordFile ? path : nil }
            #expect(settings.adminPassword.map { Array($0.text.utf8) } == Array(expected.utf8))
        }
    }

    @Test("A password file in UTF-16, or one that every user may change, is refused by its name")
    func badPasswordFile() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/password"
            try PrivateFile(path: path).replace(with: [0xFF, 0xFE, 65, 0])
            func refusal() throws -> String {
                try #require(throws: StartError.self) { try ServerSettings { $0 == .adminPasswordFile ? path : nil } }
                    .message
            }
            #expect(try refusal() == "ADMIN_PASSWORD_FILE: \(path) is UTF-16: save it as UTF-8")
            #expect(chmod(path, 0o622) == 0)
            #expect(try refusal().contains("mode 0622"))
        }
    }

    @Test func thePasswordFilesFirstLineIsThePassword() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/password"
            try PrivateFile(path: path).replace(with: Array("пароль\nrest".utf8))
            let settings = try ServerSettings { $0 == .adminPasswordFile ? path : nil }
            #expect(settings.adminPassword == SecretText("пароль"))
            #expect(throws: StartError.self) {
                try ServerSettings { $0 == .adminPasswordFile ? path : $0 == .adminPassword ? "x" : nil }
            }
            // What no login could hold would lock everybody out.
            try PrivateFile(path: path).replace(with: Array(repeating: UInt8(ascii: "x"), count: 5_000))
            let error = #expect(throws: StartError.self) {
                try ServerSettings { $0 == .adminPasswordFile ? path : nil }
            }
            #expect(error?.message.contains("ADMIN_PASSWORD_FILE") == true)
            #expect(error?.message.contains("xxx") == false)
        }
    }
}
