import Foundation
import TestSupport
import Testing
import UserProfiles

@Suite("Stopping the server", .serialized, .blocking)
struct StopTests {
    @Test(
        "SIGTERM and SIGINT finish what is under way, write a checkpoint and end with 0",
        arguments: [SIGTERM, SIGINT]
    )
    func gracefulStop(signal: Int32) throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let journal = KillJournal()
        let server = try ServerProcess(data: data)
        let writers = (0..<4).map { writer in
            Thread.started {
                let seed = SeededGenerator(seed: UInt64(writer))
                var client = KillClient(number: writer, server: server, journal: journal, chance: seed)
                client.mayBeRefused = true
                client.work(on: [])
            }
        }
        Thread.sleep(forTimeInterval: 0.3)
        #expect(server.stop(signal) == 0)
        for writer in writers { writer.wait() }
        let checkpoints = try FileManager.default.contentsOfDirectory(atPath: data + "/checkpoints")
        #expect(checkpoints.filter { $0.hasSuffix(".checkpoint") }.count == 1)
        let again = try ServerProcess(data: data)
        #expect(try KillComparison.changed(journal, with: again) == [], "stopped by \(signal)")
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
}
