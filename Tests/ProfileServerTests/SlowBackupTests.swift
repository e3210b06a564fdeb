import Foundation
import TestSupport
import Testing

@Suite("A backup for a slow client", .blocking)
struct SlowBackupTests {
    @Test("A client that takes it slowly gets all of it, though it takes longer than a request may")
    func slowly() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        try await LargeStore.make(in: data, mebibytes: 24)
        let server = try ServerProcess(data: data, environment: ["REQUEST_TIMEOUT_SECONDS": "4"])
        let (status, output) = try Project.run(
            "/usr/bin/env",
            [
                "curl", "--silent", "--show-error", "--fail", "--limit-rate", "3M", "--user",
                "admin:\(ServerProcess.password)", "--output", directory.appending("backup.tar"), "--write-out",
                "%{time_total} %{size_download}", "http://127.0.0.1:\(server.port)/admin/backup",
            ]
        )
        #expect(status == 0, "\(output)")
        let numbers = output.split(separator: " ").compactMap { Double($0) }
        try #require(numbers.count == 2, "\(output)")
        #expect(numbers[0] > 4, "it took longer than a request may")
        #expect(numbers[1] > 24 * 1_048_576)
        let (listed, names) = try Project.run("/usr/bin/env", ["tar", "-t", "-f", directory.appending("backup.tar")])
        #expect(listed == 0 && names.hasSuffix("store.json\n"), "\(names)")
        #expect(server.stop() == 0)
    }
}
