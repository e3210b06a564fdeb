import Foundation
import TestSupport
import Testing

@Suite("The health check", .serialized, .blocking)
struct HealthTests {
    @Test("A server that is ready is found by options before or after the command, by the environment and by .env")
    func ready() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let port = "\(server.port)"
        try "HTTP_PORT=\(port)\n".write(toFile: directory.appending(".env"), atomically: false, encoding: .utf8)
        let checks = [
            try ServerProcess.health(["health", "--port", port]),
            try ServerProcess.health(["--port", port, "health"]),
            try ServerProcess.health(["health"], environment: ["HTTP_PORT": port, "HTTP_HOST": "localhost"]),
            try ServerProcess.health(["health"], environment: ["HTTP_PORT": port, "HTTP_HOST": "0.0.0.0"]),
            try ServerProcess.health(["health"], directory: directory.path),
            // What only the server needs to be able to read does not matter.
            try ServerProcess.health(["health", "--port", port], environment: ["ADMIN_PASSWORD_FILE": "/nowhere"]),
        ]
        for check in checks {
            #expect(check.status == 0, "\(check.errors)")
            #expect(check.output.contains("200") && check.output.contains(#""status":"ready""#))
            #expect(check.output.split(separator: "\n").count == 1)
        }
        #expect(server.stop() == 0)
        let gone = try ServerProcess.health(["health", "--port", port])
        #expect(gone.status == 1 && gone.output.isEmpty)
        #expect(gone.errors.contains("127.0.0.1 port \(port)"))
        #expect(gone.errors.split(separator: "\n").count == 1)
    }

    @Test(
        "A server whose disk is full is ready for reads and says that it is degraded",
        .enabled("mounting a file system needs a right that this process has not") { SmallDisk.isAvailable }
    )
    func fullDisk() throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        let server = try ServerProcess(data: "\(disk.path)/data", environment: ["SEGMENT_BYTES": "65536"])
        let client = try server.client()
        var status = 201
        for index in 1...2_000 where status == 201 {
            // Random text, which takes its room in the log although that is compressed.
            let note = (0..<40).map { _ in UUID().uuidString }.joined()
            let json = #"{"name":"Ζωή","email":"u\#(index)@example.com","attributes":{"note":"\#(note)"}}"#
            status = try client.send("POST", "/users", json).status
        }
        #expect(status == 507)
        let full = try ServerProcess.health(["health", "--port", "\(server.port)"])
        #expect(full.status == 0)
        #expect(full.output.contains(#""status":"degraded","reasons":["disk-full"]"#), "\(full.output)")
        #expect(try client.send("GET", "/users/1").status == 200)
        try disk.resize(to: 8 << 20)
        #expect(try client.send("POST", "/users", #"{"name":"Ζωή","email":"room@example.com"}"#).status == 201)
        let again = try ServerProcess.health(["health", "--port", "\(server.port)"])
        #expect(again.status == 0 && again.output.contains(#""status":"ready""#), "\(again.output)")
        #expect(server.stop() == 0)
    }

    @Test(
        "Everything but 200 is not ready, and is shown in one line without characters that control a terminal",
        arguments: [
            (
                "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n{\"detail\":\"lädt\u{1B}[2J…\"}",
                "503 {\"detail\":\"lädt<U+001B>[2J…"
            ),
            ("HTTP/1.1 404 Not Found\r\n\r\n", "404"), ("HTTP/1.1 2000\r\n\r\n", "2000"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"), ("HTTP/1.1 200OK\r\n", "does not speak HTTP"),
            ("", "does not speak HTTP"),
        ]
    )
    func notReady(answer: String, shown: String) throws {
        let fake = try FixedAnswer(answer)
        let check = try ServerProcess.health(["health", "--port", "\(fake.port)"])
        #expect(check.status == 1 && check.output.isEmpty)
        #expect(check.errors.contains(shown), "\(check.errors)")
        #expect(check.errors.split(separator: "\n").count == 1)
        #expect(!check.errors.contains("\u{1B}"))
    }

    @Test("A server that does not answer is given up after the time limit")
    func silence() throws {
        let silent = try FixedAnswer(nil)
        let check = try ServerProcess.health(["health", "--port", "\(silent.port)", "--timeout", "1"])
        #expect(check.status == 1)
        #expect(check.errors.contains("not within 1.0 seconds"))
    }

    @Test("A port that cannot be known and settings that are malformed are named")
    func wrongSettings() throws {
        for (name, value) in [("HTTP_PORT", "0"), ("HTTP_PORT", "abc"), ("HTTP_PORT", "70000")] {
            let check = try ServerProcess.health(["health"], environment: [name: value])
            #expect(check.status == 1)
            #expect(check.errors.contains(name), "\(check.errors)")
        }
        #expect(try ServerProcess.health(["health", "--timeout", "0"]).status == 64)
        let nowhere = try ServerProcess.health(["health"], environment: ["HTTP_HOST": "nowhere.invalid"])
        #expect(nowhere.status == 1 && nowhere.errors.contains("nowhere.invalid"))
    }
}
