import TestSupport
import Testing

/// Guessing at an account from many addresses of the loopback network.
@Suite("Locking an owner out", .blocking)
struct LockOutTests {
    @Test("Guessing from 30 addresses does not keep an owner out at an address where he has logged in before")
    func guessing() throws {
        let directory = try TemporaryDirectory()
        // Each login needs a hash.
        let server = try ServerProcess(data: directory.appending("data"), environment: ["LOGIN_CACHE_SECONDS": "0"])
        let owner = ("127.0.0.200", ServerProcess.password)
        #expect(try Self.status(server, from: owner.0, password: owner.1) == "200")
        var address = 0
        for round in 1...20 {
            var outcome = "401"
            while outcome == "401" {
                address = address % 30 + 1
                outcome = try Self.status(server, from: "127.0.0.\(address + 1)", password: "guess \(round)")
            }
            #expect(outcome == "429")
            #expect(try Self.status(server, from: owner.0, password: owner.1) == "200")
        }
        #expect(server.stop() == 0)
    }

    private static func status(_ server: ServerProcess, from address: String, password: String) throws -> String {
        let ending = try Tool.run(
            "curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", "--interface", address,
                "-u", "admin:\(password)", "http://127.0.0.1:\(server.port)/users",
            ]
        )
        return ending.text
    }
}
