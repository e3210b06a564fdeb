import Foundation
import TestSupport
import Testing

@Suite("Starting after the clock jumped", .blocking)
struct ClockJumpTests {
    @Test("Writes are refused by name until a start with --accept-clock, and then accepted for good")
    func acceptClock() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let user = #"{"name":"N","email":"n@example.com"}"#
        #expect(try ServerProcess(data: data).stop() == 0)
        // What a server leaves that has seen the clock jump.
        let note = "\(data)/clock-jumped"
        try "the wall clock jumped\n".write(toFile: note, atomically: false, encoding: .utf8)
        let stopped = try ServerProcess(data: data)
        let refused = try stopped.client().send("POST", "/users", user)
        #expect(refused.status == 503)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("clock-jumped"))
        #expect(try stopped.client().send("GET", "/users").status == 200)
        #expect(stopped.stop() == 0)
        #expect(FileManager.default.fileExists(atPath: note))
        let accepted = try ServerProcess(data: data, arguments: ["--accept-clock"])
        #expect(try accepted.client().send("POST", "/users", user).status == 201)
        #expect(accepted.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: note))
        let next = try ServerProcess(data: data)
        #expect(try next.client().send("DELETE", "/users/1").status == 200)
        #expect(next.stop() == 0)
    }
}
