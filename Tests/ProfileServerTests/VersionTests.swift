import Foundation
import TestSupport
import Testing
import UserProfiles

@Suite("Version and commit", .serialized, .blocking)
struct VersionTests {
    @Test("The programs, the metrics and the OpenAPI document say the same version and commit")
    func everywhere() throws {
        let printed = try ServerProcess.command(["--version"])
        #expect(printed.status == 0 && printed.errors.isEmpty)
        let form = /profile-server (\d+\.\d+\.\d+) \(commit ([0-9a-f]{12}(?:-modified)?|unknown)\)\n/
        let match = try #require(printed.output.wholeMatch(of: form))
        let (version, commit) = (String(match.1), String(match.2))
        for name in ["profile-log", "profile-export"] {
            let program = try Project.programs() + "/" + name
            // profile-export is only there where libpq is.
            guard FileManager.default.isExecutableFile(atPath: program) else { continue }
            #expect(try Project.run(program, ["--version"]).output == "\(name) \(version) (commit \(commit))\n")
        }
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let document = try HTTPClient(port: server.port, password: "").send("GET", "/openapi.json").body
        guard case .object(let root) = try JSONParser.parse(document), case .object(let info)? = root["info"] else {
            Issue.record("there is no info")
            return
        }
        #expect(info["version"] == .string(version) && info["x-commit"] == .string(commit))
        let metrics = try HTTPClient(port: server.metricsPort, password: "").send("GET", "/metrics").body
        let line = #"profiles_build_info{version="\#(version)",commit="\#(commit)"} 1"#
        #expect(String(decoding: metrics, as: UTF8.self).contains(line))
        #expect(server.stop() == 0)
    }

    @Test("The commit is that of the repository, unless the sources have changed since the build")
    func commit() throws {
        let (status, head) = try Project.run("/usr/bin/env", ["git", "rev-parse", "--short=12", "HEAD"])
        let printed = try ServerProcess.command(["--version"]).output
        // A repository that is not there, or tests that were built before the last commit, prove nothing.
        guard status == 0, !printed.contains("unknown") else { return }
        let known = try Project.run("/usr/bin/env", ["git", "cat-file", "-t", commitName(printed)]).output
        #expect(known == "commit\n", "\(printed) is no commit, the last one is \(head)")
    }

    private func commitName(_ text: String) -> String {
        text.firstMatch(of: /commit ([0-9a-f]{12})/).map { String($0.1) } ?? ""
    }
}
