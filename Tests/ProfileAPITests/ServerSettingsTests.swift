import Testing

@testable import ProfileAPI

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
