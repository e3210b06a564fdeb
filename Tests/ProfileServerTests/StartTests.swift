import Foundation
import TestSupport
import Testing

@Suite("Starting the server", .serialized, .blocking)
struct StartTests {
    /// The one line of a refused start.
    static func refusal(
        data: String,
        environment: [String: String] = [:],
        arguments: [String] = []
    ) throws -> (line: String, status: Int32) {
        do {
            let settings = ServerProcess.administrator.merging(environment) { $1 }
            let server = try ServerProcess(data: data, environment: settings, arguments: arguments)
            server.kill()
            Issue.record("the server started")
            return ("", 0)
        } catch let failure as ServerProcess.StartFailure {
            let lines = failure.output.split(separator: "\n")
            #expect(lines.count == 1, "one line, not: \(failure.output)")
            return (String(lines.first ?? ""), failure.status)
        }
    }

    @Test("The first start makes the data directory and an administrator, and prints the password once")
    func firstStart() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("new/data")
        let server = try ServerProcess(data: data, asFirstStart: true)
        let banner = server.banner
        #expect(banner.contains("http://127.0.0.1:\(server.port)"))
        #expect(banner.contains("/docs"))
        #expect(banner.contains(data))
        let password = try #require(banner.firstMatch(of: /\n +password +(\S+)/)).1
        let client = try HTTPClient(port: server.port, password: String(password))
        #expect(try client.send("GET", "/users").status == 200)
        #expect(server.stop() == 0)
        let again = try ServerProcess(data: data, asFirstStart: true)
        #expect(!again.banner.contains("password"))
        #expect(try HTTPClient(port: again.port, password: String(password)).send("GET", "/users").status == 200)
        #expect(again.stop() == 0)
        for case let name as String in try #require(FileManager.default.enumerator(atPath: data)) {
            guard let contents = FileManager.default.contents(atPath: "\(data)/\(name)") else { continue }
            #expect(contents.range(of: Data(password.utf8)) == nil, "the password stands in \(name)")
        }
    }

    @Test("No log tells the administrator's password, whichever way the server got it")
    func silentAboutPasswords() throws {
        let directory = try TemporaryDirectory()
        let (secret, file) = ("Geheim-4711-漢", directory.appending("password"))
        try "\(secret)\n".write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let ways = [["ADMIN_PASSWORD": secret], ["ADMIN_PASSWORD_FILE": file], [:]]
        for (number, way) in ways.enumerated() {
            let log = directory.appending("log\(number)")
            let server = try ServerProcess(
                data: directory.appending("data\(number)"),
                environment: way.merging(["LOG_LEVEL": "trace", "ADMIN_USER": "admin"]) { $1 },
                limit: "exec 2>'\(log)'",
                asFirstStart: true
            )
            let made = server.banner.firstMatch(of: /\n +password +(\S+)/).map { String($0.1) }
            #expect((made == nil) == !way.isEmpty)
            let password = made ?? secret
            #expect(try HTTPClient(port: server.port, password: password).send("GET", "/users").status == 200)
            #expect(try HTTPClient(port: server.port, password: "x\(password)").send("GET", "/users").status == 401)
            #expect(server.stop() == 0)
            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.contains("Starting service") && text.contains("=store"), "\(text)")
            // Neither as it is nor as a client sends it.
            for form in [password, Data("admin:\(password)".utf8).base64EncodedString()] {
                #expect(!text.contains(form), "\(text)")
            }
            #expect(way.isEmpty || !server.banner.contains(secret))
        }
    }

    @Test("A data directory that another server has is refused")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let (line, status) = try Self.refusal(data: directory.appending("data"))
        #expect(line.contains(directory.appending("data")) && line.contains("another server"))
        #expect(status != 0)
        #expect(server.stop() == 0)
    }

    @Test("A file where a directory should be, and a place where nothing can be made, are named")
    func wrongPlaces() throws {
        let directory = try TemporaryDirectory()
        let file = directory.appending("file")
        #expect(FileManager.default.createFile(atPath: file, contents: Data()))
        #expect(try Self.refusal(data: file).line.contains(file))
        #expect(try Self.refusal(data: "\(file)/below").line.contains(file))
        let lock = directory.appending("data/LOCK")
        try FileManager.default.createDirectory(atPath: lock, withIntermediateDirectories: true)
        let taken = try Self.refusal(data: directory.appending("data")).line
        #expect(taken.contains(lock) && taken.contains("Move it away") && !taken.contains("Make that possible"))
        let (line, status) = try Self.refusal(data: "/proc/nowhere/data")
        #expect(line.contains("/proc/nowhere"))
        #expect(status != 0)
    }

    @Test("A folder with other files is refused, and so is another store than the expected one")
    func wrongFolders() throws {
        let directory = try TemporaryDirectory()
        let other = directory.appending("other")
        try FileManager.default.createDirectory(atPath: "\(other)/bin", withIntermediateDirectories: true)
        let strange = try Self.refusal(data: other)
        #expect(strange.line.contains(other) && strange.line.contains("other files: bin") && strange.status != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["bin"])
        // What the settings name may be there before the store is.
        let data = directory.appending("data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        try "geheim\n".write(toFile: "\(data)/password", atomically: false, encoding: .utf8)
        let settings = ["ADMIN_PASSWORD": "", "ADMIN_PASSWORD_FILE": "\(data)/password"]
        #expect(try ServerProcess(data: data, environment: settings).stop() == 0)
        let info = try ServerProcess.tool(["info", "--data", data, "--format", "ndjson"]).output
        let id = String(try #require(info.firstMatch(of: /"store_id":"([-0-9a-f]{36})"/)).1)
        #expect(try ServerProcess(data: data, environment: ["EXPECT_STORE_ID": id]).stop() == 0)
        let expected = ["EXPECT_STORE_ID": "0f8fad5b-d9cb-469f-a165-70867728950e"]
        let refused = try Self.refusal(data: data, environment: expected)
        for part in [id, "0f8fad5b", "EXPECT_STORE_ID"] { #expect(refused.line.contains(part), "\(refused.line)") }
        // As of a volume that is not mounted.
        let empty = directory.appending("empty")
        #expect(try Self.refusal(data: empty, environment: expected).line.contains("there is no store"))
        #expect(!FileManager.default.fileExists(atPath: empty))
        let malformed = try Self.refusal(data: data, environment: ["EXPECT_STORE_ID": "x"])
        #expect(malformed.line.contains("EXPECT_STORE_ID must"))
    }

    @Test("A format that is newer than the program, damage and a gap are refused with file and reason")
    func badData() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(data: data)
        let client = try server.client()
        for index in 1...5 {
            _ = try client.send("POST", "/users", #"{"name":"N","email":"n\#(index)@example.com"}"#)
        }
        server.kill()
        let segment = "\(data)/wal/00000000000000000001.wal"
        let original = try #require(FileManager.default.contents(atPath: segment))
        var damaged = original
        damaged[100] ^= 1
        try damaged.write(to: URL(filePath: segment))
        let damage = try Self.refusal(data: data)
        #expect(damage.line.contains(segment) && damage.line.contains("offset 64") && damage.line.contains("LSN 1"))
        #expect(damage.status != 0)
        try original.write(to: URL(filePath: segment))
        let store = "\(data)/store.json"
        let description = try String(contentsOfFile: store, encoding: .utf8)
        try description.replacing(/"(format|minimum_reader)" *: *1/) { #""\#($0.1)" : 9"# }
            .replacing(/[ ]*"checksum" *: *"[0-9a-f]{8}",\n/, with: "")
            .write(toFile: store, atomically: false, encoding: .utf8)
        let newer = try Self.refusal(data: data)
        #expect(newer.line.contains(store) && newer.line.contains("newer"))
        #expect(newer.status != 0)
        // As a later program might write it, with a checksum that covers what this one does not know.
        try #"{"checksum":"00000000","format":2,"minimum_reader":2,"store_id":7}"#
            .write(toFile: store, atomically: false, encoding: .utf8)
        let next = try Self.refusal(data: data)
        #expect(next.line.contains("needs a reader of format 2, this program reads up to 1"))
        #expect(next.line.contains(store) && next.line.contains("Use the newer version"))
        #expect(next.status != 0)
        try description.write(toFile: store, atomically: false, encoding: .utf8)
        #expect(try ServerProcess(data: data).stop() == 0)
    }

    @Test(
        "A malformed setting stops the start by its name",
        arguments: [
            ("HTTP_PORT", "abc"), ("HTTP_PORT", "70000"), ("SEGMENT_BYTES", "lots"), ("SEGMENT_BYTES", "1"),
            ("LOG_LEVEL", "loud"), ("ADMIN_PASSWORD_FILE", "/nowhere/password"),
        ]
    )
    func malformedSettings(name: String, value: String) throws {
        let directory = try TemporaryDirectory()
        // The tests' own --port would hide a malformed HTTP_PORT.
        let process = Process()
        process.executableURL = URL(filePath: try ServerProcess.program())
        process.arguments = ["--data", directory.appending("data")]
        process.environment = ["PATH": "/usr/bin:/bin", name: value]
        process.currentDirectoryURL = URL(filePath: directory.path)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus != 0)
        #expect(output.contains(name), "\(output)")
        #expect(output.split(separator: "\n").count == 1)
    }

    @Test("A port in use is named")
    func portInUse() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("a"))
        let (line, status) = try Self.refusal(data: directory.appending("b"), arguments: ["--port", "\(server.port)"])
        #expect(line.contains("\(server.port)"))
        #expect(status != 0)
        #expect(server.stop() == 0)
    }
}
