import Foundation
import Synchronization
import TestSupport
import Testing
import UserProfiles

/// What clients were told, kept outside the server.
private final class Journal: Sendable {
    struct User {
        /// Names by version, as acknowledged.
        var acknowledged: [Int: String] = [:]
        /// The name of a change whose answer never came: it may have happened or not.
        var unknown: String?
    }

    let users = Mutex<[Int: User]>([:])

    func acknowledge(_ id: Int, version: Int, name: String) {
        users.withLock { $0[id, default: User()].acknowledged[version] = name }
    }
}

@Suite("Killed servers", .serialized)
struct KillTests {
    /// Names in many scripts, so that recovery is not only shown for ASCII.
    private static let names = ["Ada", "Łukasz", "Ζωή", "Дарья", "محمد", "נועה", "山田太郎", "สมชาย", "अनिल", "👩🏽‍🚀 Noor"]

    @Test("Killed in the middle of writes, the server comes back with every acknowledged change, ten times over")
    func killAndRestart() throws {
        let directory = try TemporaryDirectory()
        let journal = Journal()
        var generator = SystemRandomNumberGenerator()
        // Small segments and frequent checkpoints, so that kills also hit rotations and checkpoints.
        let environment = ["SEGMENT_BYTES": "65536", "RECORDS_PER_CHECKPOINT": "200"]
        for round in 0..<10 {
            let server = try ServerProcess(data: directory.appending("data"), environment: environment)
            try Self.verify(journal, on: server.client())
            let writers = (0..<4).map { writer in
                Thread.started { Self.write(as: round * 10 + writer, on: server, journal) }
            }
            Thread.sleep(forTimeInterval: Double.random(in: 0.1...0.6, using: &generator))
            server.kill()
            for writer in writers { writer.wait() }
        }
        let server = try ServerProcess(data: directory.appending("data"), environment: environment)
        try Self.verify(journal, on: server.client())
        #expect(journal.users.withLock { $0.count } >= 10)
        #expect(server.stop() == 0)
    }

    /// Creates a user and changes it until the server is gone.
    private static func write(as number: Int, on server: ServerProcess, _ journal: Journal) {
        guard let client = try? server.client() else { return }
        var id: Int?
        for version in 1... {
            let name = "\(names[version % names.count]) \(number)-\(version)"
            let json = #"{"name":"\#(name)","email":"user\#(number)@example.com"}"#
            do {
                let answer =
                    if let id { try client.send("PUT", "/users/\(id)", json) } else {
                        try client.send("POST", "/users", json)
                    }
                guard answer.status == 200 || answer.status == 201, let user = answer.integer("user", "id"),
                    let stored = answer.integer("user", "version")
                else {
                    // The server may still refuse while it ends; nothing else is expected here.
                    if answer.status != 503 { Issue.record("unexpected answer \(answer.status)") }
                    return
                }
                id = user
                journal.acknowledge(user, version: stored, name: name)
            } catch {
                if let id { journal.users.withLock { $0[id]?.unknown = name } }
                return
            }
        }
    }

    private static func verify(_ journal: Journal, on client: HTTPClient) throws {
        for (id, user) in journal.users.withLock({ $0 }) {
            let newest = try #require(user.acknowledged.keys.max())
            let answer = try client.send("GET", "/users/\(id)")
            let version = try #require(answer.integer("user", "version"), "user \(id) is gone: \(answer.status)")
            let isAsAcknowledged = version == newest
            let isOneFurther = version == newest + 1 && answer["user", "name"] == user.unknown.map(JSONValue.string)
            #expect(isAsAcknowledged || isOneFurther, "user \(id) is at \(version), not \(newest)")
            for version in [1, newest, Int.random(in: 1...newest)] {
                let past = try client.send("GET", "/users/\(id)?version=\(version)")
                let name = try #require(user.acknowledged[version])
                #expect(past["user", "name"] == .string(name), "user \(id), version \(version)")
            }
        }
    }

    @Test(
        "SIGTERM and SIGINT finish what is under way, write a checkpoint and end with 0",
        arguments: [SIGTERM, SIGINT]
    )
    func gracefulStop(signal: Int32) throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let journal = Journal()
        let server = try ServerProcess(data: data)
        let writers = (0..<4).map { writer in Thread.started { Self.write(as: writer, on: server, journal) } }
        Thread.sleep(forTimeInterval: 0.3)
        #expect(server.stop(signal) == 0)
        for writer in writers { writer.wait() }
        let checkpoints = try FileManager.default.contentsOfDirectory(atPath: data + "/checkpoints")
        #expect(checkpoints.filter { $0.hasSuffix(".checkpoint") }.count == 1)
        let again = try ServerProcess(data: data)
        try Self.verify(journal, on: again.client())
        #expect(again.stop() == 0)
    }

    @Test("A request that has begun is answered and kept although the server is told to stop in the middle of it")
    func requestUnderWay() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(data: data)
        let client = try server.client()
        // Logged in before, so that the hash of the password does not matter here.
        #expect(try client.send("GET", "/users").status == 200)
        let request = client.request("POST", "/users", #"{"name":"Last One","email":"last@example.com"}"#)
        try client.write(Array(request.dropLast(10)))
        Thread.sleep(forTimeInterval: 0.2)
        server.send(SIGTERM)
        Thread.sleep(forTimeInterval: 0.5)
        try client.write(Array(request.suffix(10)))
        #expect(try client.readAnswer().status == 201)
        #expect(server.waitForEnd() == 0)
        let again = try ServerProcess(data: data)
        #expect(try again.client().send("GET", "/users/1").status == 200)
        #expect(again.stop() == 0)
    }

    @Test("Deleting every checkpoint loses nothing")
    func withoutCheckpoints() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(data: data)
        let client = try server.client()
        for index in 1...20 {
            let answer = try client.send("POST", "/users", #"{"name":"名前 \#(index)","email":"u\#(index)@example.com"}"#)
            #expect(answer.status == 201)
        }
        let before = try client.send("GET", "/users").body
        #expect(server.stop() == 0)
        try FileManager.default.removeItem(atPath: data + "/checkpoints")
        let again = try ServerProcess(data: data)
        #expect(try again.client().send("GET", "/users").body == before)
        #expect(again.stop() == 0)
    }

    @Test("Without room for the log writes answer 507 and reads go on; with room again writes go on, nothing is lost")
    func fullDisk() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        // No file may grow beyond 256 blocks of 1,024 bytes; the segment is larger.
        let server = try ServerProcess(
            data: data,
            environment: ["SEGMENT_BYTES": "67108864"],
            limit: "ulimit -S -f 256"
        )
        let client = try server.client()
        let padding = (0..<2_000).map { _ in String(Int.random(in: 0...9)) }.joined()
        var created = 0
        var refusal = 0
        for index in 1...1_000 {
            let json =
                #"{"name":"N \#(index)","email":"u\#(index)@example.com","attributes":{"note":"\#(padding)\#(index)"}}"#
            let answer = try client.send("POST", "/users", json)
            if answer.status != 201 {
                refusal = answer.status
                break
            }
            created += 1
        }
        #expect(refusal == 507)
        #expect(created > 50)
        #expect(try client.send("GET", "/users/\(created)").status == 200)
        #expect(try client.send("GET", "/health").status == 200)
        let raise = try Process.run(
            URL(filePath: "/usr/bin/prlimit"),
            arguments: ["--pid", "\(server.identifier)", "--fsize=unlimited"]
        )
        raise.waitUntilExit()
        #expect(raise.terminationStatus == 0)
        let answer = try client.send("POST", "/users", #"{"name":"Room again","email":"room@example.com"}"#)
        #expect(answer.status == 201)
        #expect(answer.integer("user", "id") == created + 1)
        server.kill()
        let again = try ServerProcess(data: data)
        for id in 1...(created + 1) {
            #expect(try again.client().send("GET", "/users/\(id)").status == 200)
        }
        #expect(again.stop() == 0)
    }
}

extension Thread {
    /// A thread that runs `body`; the semaphore tells its end.
    fileprivate static func started(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
        let end = DispatchSemaphore(value: 0)
        let thread = Thread {
            body()
            end.signal()
        }
        thread.start()
        return end
    }
}
