import Foundation
import TestSupport
import Testing

/// The program profile-log beside a running server.
@Suite("Reading the log of a running server", .blocking)
struct OfflineTests {
    @Test("profile-log writes the very bytes that the server answers with", arguments: ["ndjson", "csv"])
    func sameBytes(format: String) throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(data: data)
        let client = try HTTPClient(port: server.port, password: ServerProcess.password)
        for (index, name) in ["Ada", "Ἀλέξανδρος", "محمد", "李小龙", "=1+1,\\\"x\\\""].enumerated() {
            let email = "e\(index)@example.com"
            #expect(try client.send("POST", "/users", #"{"name":"\#(name)","email":"\#(email)"}"#).status == 201)
        }
        #expect(try client.send("PATCH", "/users/2", #"{"attributes":{"größe":1.50,"x":[null]}}"#).status == 200)
        #expect(try client.send("DELETE", "/users/3").status == 200)
        #expect(try client.send("POST", "/restore/3").status == 200)
        let type = format == "csv" ? "text/csv" : "application/x-ndjson"
        for (query, options) in [
            ("order=asc&limit=1000", []), ("order=desc&limit=1000", ["--reverse"]),
            ("order=asc&user_id=3", ["--user", "3"]), ("order=desc&limit=2", ["--reverse", "--limit", "2"]),
            ("order=asc&operation=UPDATE", ["--operation", "UPDATE"]),
            ("order=asc&actor=nobody", ["--actor", "nobody"]),
        ] {
            let answer = try client.send("GET", "/audit?\(query)", accept: type)
            #expect(answer.status == 200)
            let rows = try Self.tool(["records", "--data", data, "--format", format] + options)
            #expect(String(decoding: rows, as: UTF8.self) == String(decoding: answer.body, as: UTF8.self), "\(query)")
        }
        #expect(server.stop() == 0)
    }

    /// What profile-log, which stands beside the server's program, writes.
    private static func tool(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: try ServerProcess.program()).deletingLastPathComponent()
            .appending(path: "profile-log")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return bytes
    }
}
