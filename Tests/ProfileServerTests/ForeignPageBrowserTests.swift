import Foundation
import TestSupport
import Testing

/// Chromium, driven by a script of `scripts/openapi`.
enum Browser {
    static let advice: Comment = "scripts/setup test-all installs Chromium and playwright where they can be had"
    private static let tools = ".build/browser-tools"

    static var isInstalled: Bool {
        FileManager.default.fileExists(atPath: Project.root.appending(path: tools + "/version").path)
    }

    /// Runs a script against the server at `address`; its exit status and output.
    static func run(_ script: String, _ address: String) throws -> (status: Int32, output: String) {
        try Project.python(
            ["scripts/openapi/\(script).py", address],
            environment: ["PYTHONPATH": tools, "PASSWORD": ServerProcess.password]
        )
    }
}

/// Pages of other origins in a browser that is logged in as administrator and attaches this login by itself.
@Suite(
    "Pages of other origins in a real browser",
    .enabled(Browser.advice) { Browser.isInstalled },
    .serialized,
    .blocking
)
struct ForeignPageBrowserTests {
    @Test("They change nothing and get no backup from a server on loopback")
    func loopback() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        try check("http://127.0.0.1:\(server.port)")
        #expect(server.stop() == 0)
    }

    @Test("They change nothing and get no backup over TLS")
    func secure() throws {
        let directory = try TemporaryDirectory()
        let pair = try TestAuthority(in: directory.path).issue("server")
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["TLS_CERTIFICATE_FILE": pair.certificate, "TLS_KEY_FILE": pair.key]
        )
        try check("https://profiles.test:\(server.port)")
        #expect(server.stop() == 0)
    }

    @Test("They change nothing over plain HTTP, where the browser sends no Sec-Fetch-Site")
    func plain() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        try check("http://profiles.test:\(server.port)", sendsFetchMetadata: false)
        #expect(server.stop() == 0)
    }

    private func check(_ address: String, sendsFetchMetadata: Bool = true) throws {
        let (status, output) = try Browser.run("foreign-page", address)
        #expect(status == 0, "\(output)")
        let lines = output.split(separator: "\n").map(String.init)
        let attempts = lines.filter { !$0.hasPrefix("own ") && !$0.hasPrefix("audit ") }
        #expect(attempts.count > 50, "\(output)")
        for line in attempts {
            if line.contains(" GET /users/1 ") {
                #expect(line.hasSuffix(" 200"), "the browser does not attach the login: \(line)")
            } else if line.contains(" /admin/backup "), !sendsFetchMetadata {
                // Without Sec-Fetch-Site, this GET is like one of the server's own page.
                continue
            } else {
                let way = line.split(separator: " ")[1]
                let isHidden = ["cors-simple", "cors", "image", "script", "frame"].contains(way)
                #expect(line.hasSuffix(isHidden ? " blocked" : " 403"), "\(line)")
            }
        }
        let own = lines.filter { $0.hasPrefix("own ") }
        #expect(own.count == 6, "\(output)")
        for line in own { #expect(line.hasSuffix(" 200") || line.hasSuffix(" 201"), "\(line)") }
        #expect(lines.last == "audit CREATE UPDATE RESTORE")
    }
}
