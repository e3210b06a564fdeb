import Foundation
import TestSupport
import Testing
import UserProfiles

/// Real disks without room: a limit on the size of files, and where this process may mount one, a small file system.
@Suite("Full disks", .serialized, .blocking)
struct FullDiskTests {
    @Test("Without room for the log writes answer 507 and reads go on; with room again writes go on, nothing is lost")
    func fileSizeLimit() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        // No file may grow beyond 256 blocks of 1,024 bytes; the segment is larger.
        let server = try ServerProcess(
            data: data,
            environment: ["SEGMENT_BYTES": "67108864"],
            limit: "ulimit -S -f 256"
        )
        try Self.check(server, data, environment: ["SEGMENT_BYTES": "67108864"]) {
            try Self.run("/usr/bin/prlimit", ["--pid", "\(server.identifier)", "--fsize=unlimited"])
        }
    }

    @Test(
        "The same on a file system of its own that is full, where nothing can be made any more either",
        .enabled("mounting a file system needs a right that this process has not") { SmallDisk.isAvailable }
    )
    func fullFileSystem() throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        let data = "\(disk.path)/data"
        let server = try ServerProcess(data: data, environment: ["SEGMENT_BYTES": "65536"])
        try Self.check(server, data, environment: ["SEGMENT_BYTES": "65536"]) { try disk.resize(to: 8 << 20) }
    }

    /// Writes until there is no room, makes room, goes on, kills the server and compares.
    private static func check(
        _ server: ServerProcess,
        _ data: String,
        environment: [String: String],
        makeRoom: () throws -> Void
    ) throws {
        let client = try server.client()
        var chance = SeededGenerator(seed: 507)
        var users: [Int: JSONObject] = [:]
        func write(_ index: Int) throws -> Int {
            // Characters that stand for themselves in JSON.
            let bytes = (0..<2_000).map { _ in UInt8.random(in: 0x23...0x5B, using: &chance) }
            let noise = String(decoding: bytes, as: UTF8.self)
            let json =
                #"{"name":"Ζωή \#(index)","email":"u\#(index)@example.com","attributes":{"note":"\#(noise)"}}"#
            let answer = try client.send("POST", "/users", json)
            if answer.status == 201, let id = answer.integer("user", "id"), case .object(let user)? = answer["user"] {
                users[id] = user
            }
            return answer.status
        }
        var index = 0
        var status = 201
        while status == 201, index < 2_000 {
            index += 1
            status = try write(index)
        }
        #expect(status == 507)
        #expect(users.count > 50)
        // What is refused stays refused, time and again, and leaves nothing behind.
        for _ in 0..<5 { #expect(try write(index) == 507) }
        for id in [1, users.count] {
            #expect(try client.send("GET", "/users/\(id)")["user"] == users[id].map(JSONValue.object))
        }
        #expect(try client.send("GET", "/users/\(users.count + 1)").status == 404)
        #expect(try client.send("GET", "/health").status == 200)
        #expect(try client.send("GET", "/audit?limit=5").status == 200)
        try makeRoom()
        let count = users.count
        for _ in 0..<60 {
            #expect(try write(index) == 201)
            index += 1
        }
        #expect(users.count == count + 60)
        #expect(users.keys.max() == users.count, "no id was used up by what was refused")
        server.kill()
        let (verified, output) = try ServerProcess.tool(["verify", "--data", data])
        #expect(verified == 0, "\(output)")
        let again = try ServerProcess(data: data, environment: environment)
        let reader = try again.client()
        for (id, user) in users { #expect(try reader.send("GET", "/users/\(id)")["user"] == .object(user)) }
        #expect(try reader.send("GET", "/users/\(users.count + 1)").status == 404)
        #expect(again.stop() == 0)
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        let process = try Process.run(URL(filePath: program), arguments: arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program) \(arguments)")
    }
}
