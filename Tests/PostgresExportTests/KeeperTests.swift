import Foundation
import Testing

@Suite("The tests' own PostgreSQL")
struct KeeperTests {
    @Test("It ends with everything that it has made when nobody holds it any more, whether it runs or not")
    func ends() throws {
        for isRunning in [true, false] {
            var cluster: TestDatabase? = try TestDatabase()
            let directory = try #require(cluster?.socketDirectory)
            let file = URL(filePath: "\(directory)/data/postmaster.pid")
            let text = try String(contentsOf: file, encoding: .utf8)
            let process = try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
            #expect(Self.runs(process))
            if !isRunning { try cluster?.crash() }
            // Closes the same connection that the system closes when the tests are killed.
            cluster = nil
            #expect(!Self.runs(process))
            #expect(!FileManager.default.fileExists(atPath: directory))
        }
    }

    /// Whether there is such a process, and it is not only waiting for somebody to hear of its end.
    private static func runs(_ process: pid_t) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")) != nil
    }
}
