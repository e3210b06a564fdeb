import Foundation
import Synchronization
import TestSupport
import Testing
import UserProfiles

/// The README's section on backups, run line by line as it is printed.
@Suite("The restore drill", .serialized, .blocking)
struct RestoreDrillTests {
    /// The blocks of the section: what makes a copy, then what starts a server on it.
    private static func blocks() throws -> [String] {
        let text = try Project.text("README.md")
        let start = try #require(text.firstRange(of: "## Back up and restore\n"))
        let rest = text[start.upperBound...]
        let section = rest[..<(rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex)]
        return section.matches(of: /```(?:bash|console)\n((?s).*?)```/).map { String($0.1) }
    }

    @Test("A backup that is taken while clients write holds every user and every version of its time")
    func drill() throws {
        let blocks = try Self.blocks()
        try #require(blocks.count == 2)
        let directory = try TemporaryDirectory()
        // Segments that are sealed and checkpoints that are made and removed meanwhile.
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["SEGMENT_BYTES": "65536", "RECORDS_PER_CHECKPOINT": "200"]
        )
        let client = try server.client()
        for index in 1...600 { #expect(try Self.create(client, index) == 201) }
        let acknowledged = try #require(client.send("GET", "/admin/status").integer("last_lsn"))
        let writers = Writers(server)
        while writers.written < 50 {}
        let (status, output) = try Project.run(
            "/bin/bash",
            ["-e", "-u", "-o", "pipefail", "-c", blocks[0]],
            environment: [
                "PATH": "\(try Project.programs()):/usr/bin:/bin", "API": "http://127.0.0.1:\(server.port)",
                "LOGIN": "admin:\(ServerProcess.password)",
            ],
            directory: directory.path
        )
        #expect(status == 0, "\(output)")
        let during = writers.written
        while writers.written < during + 50 {}
        #expect(writers.stop() == [], "every write was acknowledged")
        let restored = try Self.start(blocks[1], in: directory.path)
        try Self.compare(try server.client(), try restored.client(), acknowledged: acknowledged)
        #expect(restored.stop() == 0)
        #expect(server.stop() == 0)
    }

    private static func create(_ client: HTTPClient, _ index: Int) throws -> Int {
        let json = #"{"name":"Зоя \#(index)","email":"zoe\#(index)@example.com","attributes":{"n":\#(index)}}"#
        return try client.send("POST", "/users", json).status
    }

    /// Starts a server by the README's line, on a port of the system's choice.
    private static func start(_ line: String, in directory: String) throws -> ServerProcess {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words == ["profile-server", "--data", "restored", "--port", "8001"])
        return try ServerProcess(data: "\(directory)/restored")
    }

    /// Both say the same of every version up to the backup's last record.
    private static func compare(_ original: HTTPClient, _ restored: HTTPClient, acknowledged: Int) throws {
        let end = try #require(restored.send("GET", "/admin/status").integer("last_lsn"))
        #expect(end >= acknowledged)
        #expect(try #require(original.send("GET", "/admin/status").integer("last_lsn")) > end, "writes went on")
        func entries(_ client: HTTPClient) throws -> [Int: JSONValue] {
            var entries: [Int: JSONValue] = [:]
            var cursor: String?
            repeat {
                let after = cursor.map { "&after=\($0)" } ?? ""
                let answer = try client.send("GET", "/audit?order=asc&limit=1000\(after)")
                guard case .array(let page)? = answer["audit_logs"] else { break }
                for case .object(let entry) in page {
                    guard case .number(let id)? = entry["id"], let lsn = Int(id.text) else { continue }
                    entries[lsn] = .object(entry)
                }
                if case .string(let next)? = answer["next"] { cursor = next } else { cursor = nil }
            } while cursor != nil
            return entries
        }
        let (before, after) = (try entries(original), try entries(restored))
        #expect(after.count == end)
        for lsn in 1...end { #expect(before[lsn] != nil && before[lsn] == after[lsn], "record \(lsn)") }
        let instant = try #require(
            after[end].flatMap { if case .object(let entry) = $0 { entry["timestamp"] } else { nil } }
        )
        guard case .string(let time) = instant else { return }
        for id in stride(from: 1, to: 600, by: 13) {
            let past = try original.send("GET", "/users/\(id)?at=\(time)")["user"]
            let restoredPast = try restored.send("GET", "/users/\(id)?at=\(time)")["user"]
            #expect(past != nil && past == restoredPast, "user \(id)")
        }
    }

    /// Clients that change users until they are told to stop.
    private final class Writers: Sendable {
        private let count = Atomic<Int>(0)
        private let isStopped = Atomic<Bool>(false)
        private let failures = Mutex<[String]>([])
        private let ends = Mutex<[DispatchSemaphore]>([])

        var written: Int { count.load(ordering: .relaxed) }

        init(_ server: ServerProcess) {
            let port = server.port
            ends.withLock { ends in
                ends = (0..<3).map { writer in Thread.started { [self] in write(port, writer) } }
            }
        }

        private func write(_ port: Int, _ writer: Int) {
            do {
                let client = try HTTPClient(port: port, password: ServerProcess.password)
                var index = writer
                while !isStopped.load(ordering: .relaxed) {
                    index += 3
                    let json = #"{"attributes":{"round":\#(index)}}"#
                    let answer = try client.send("PATCH", "/users/\(index % 600 + 1)", json)
                    if answer.status != 200 { failures.withLock { $0.append("\(answer.status)") } }
                    count.add(1, ordering: .relaxed)
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }

        /// Ends them; what went wrong.
        func stop() -> [String] {
            isStopped.store(true, ordering: .relaxed)
            for end in ends.withLock({ $0 }) { end.wait() }
            return failures.withLock { $0 }
        }
    }
}
