import Foundation
import TestSupport
import Testing
import UserProfiles

@Suite("The scrub", .blocking)
struct ScrubTests {
    @Test("A byte that changes in a sealed segment under a running server is named, and the server goes on")
    func flippedByte() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(
            data: data,
            environment: [
                "SEGMENT_BYTES": "65536", "SCRUB_BYTES_PER_SECOND": "1073741824", "SCRUB_INTERVAL_SECONDS": "1",
                "LOG_LEVEL": "error",
            ]
        )
        let client = try server.client()
        var chance = SeededGenerator(seed: 5)
        func write(_ index: Int) throws -> Int {
            let note = (0..<2_000).map { _ in
                "abcdefghijklmnopqrstuvwxyz0123456789".randomElement(using: &chance) ?? "a"
            }
            let json = #"{"name":"N","email":"n\#(index)@example.com","attributes":{"t":"\#(String(note))"}}"#
            return try client.send("POST", "/users", json).status
        }
        var index = 0
        while try #require(client.send("GET", "/admin/status").integer("segments")) < 3 {
            index += 1
            try #require(try write(index) == 201 && index < 500)
        }
        let before = try Self.scrub(client) { $0.passes > 0 }
        #expect(before.findings == 0 && before.damage == [])
        #expect(try Self.metric(server, "profiles_scrub_damage_findings") == 0)
        // The first segment is sealed.
        let segment = "\(data)/wal/00000000000000000001.wal"
        let handle = try FileHandle(forUpdating: URL(filePath: segment))
        try handle.seek(toOffset: 20_000)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 20_000)
        try handle.write(contentsOf: [byte ^ 4])
        try handle.close()
        let after = try Self.scrub(client) { $0.findings > 0 }
        #expect(after.findings == 1)
        let line = try #require(after.damage.first)
        #expect(line.contains(segment) && line.contains("offset ") && line.contains("LSN "), "\(line)")
        #expect(try Self.metric(server, "profiles_scrub_damage_findings") == 1)
        #expect(server.log.contains("the scrub found damage") && server.log.contains(segment))
        #expect(try write(index + 1) == 201)
        let readiness = try client.send("GET", "/health/ready")
        #expect(readiness.status == 200)
        #expect(String(decoding: readiness.body, as: UTF8.self).contains(#""reasons":["storage-damaged"]"#))
        // And what somebody puts right is forgotten with the next pass.
        let again = try FileHandle(forUpdating: URL(filePath: segment))
        try again.seek(toOffset: 20_000)
        try again.write(contentsOf: [byte])
        try again.close()
        #expect(try Self.scrub(client) { $0.findings == 0 }.damage == [])
        let verified = try #require(client.send("GET", "/admin/status").integer("verified_from_lsn"))
        #expect(verified == 1)
        #expect(server.banner.contains("checked  the checksums of all records\n"))
        #expect(server.stop() == 0)
        // The stop has made a checkpoint, so the next start does not read the sealed segments.
        let next = try ServerProcess(data: data, environment: ["SEGMENT_BYTES": "65536"])
        let status = try next.client().send("GET", "/admin/status")
        let first = try #require(status.integer("verified_from_lsn"))
        let last = try #require(status.integer("last_lsn"))
        #expect(first > 1 && first <= last)
        let checked = "checked  records \(first) to \(last); the scrub is going to read records 1 to \(first - 1)\n"
        #expect(next.banner.contains(checked), "\(next.banner)")
        #expect(next.stop() == 0)
        let off = ["SEGMENT_BYTES": "65536", "SCRUB_BYTES_PER_SECOND": "0"]
        let silent = try ServerProcess(data: data, environment: off)
        #expect(silent.banner.contains("but not records 1 to \(first - 1): the scrub is off"), "\(silent.banner)")
        #expect(silent.stop() == 0)
    }

    @Test("It can be turned off")
    func off() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["SCRUB_BYTES_PER_SECOND": "0"]
        )
        #expect(try Self.scrub(try server.client()) { _ in true }.passes == 0)
        #expect(server.stop() == 0)
    }

    private struct Progress {
        let passes: Int
        let findings: Int
        let damage: [String]
    }

    /// Asks until it is as wanted; a pass takes a moment, and there is one a second.
    private static func scrub(_ client: HTTPClient, until isWanted: (Progress) -> Bool) throws -> Progress {
        let end = Date().addingTimeInterval(20)
        while Date() < end {
            let answer = try client.send("GET", "/admin/status")
            guard case .object(let scrub)? = answer["scrub"], case .array(let damage)? = scrub["damage"] else { break }
            let progress = Progress(
                passes: answer.integer("scrub", "passes") ?? -1,
                findings: answer.integer("scrub", "findings") ?? -1,
                damage: damage.compactMap { if case .string(let text) = $0 { text } else { nil } }
            )
            if isWanted(progress) { return progress }
        }
        Issue.record("the scrub did not come so far")
        return Progress(passes: -1, findings: -1, damage: [])
    }

    private static func metric(_ server: ServerProcess, _ name: String) throws -> Double? {
        let page = try HTTPClient(port: server.metricsPort, password: "").send("GET", "/metrics").body
        return String(decoding: page, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .flatMap { Double($0.split(separator: " ")[1]) }
    }
}
