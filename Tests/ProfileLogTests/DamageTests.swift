import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@Suite("Damaged stores", .serialized, .timeLimit(.minutes(3)))
struct DamageTests {
    /// A kind of damage, and what the program is to say about it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Parts of the report.
        let says: [String]
        /// The records that can still be read when damage is skipped.
        let readable: [Int]
        /// Whether the records alone show it, without a verification.
        let stopsReading: Bool
        let cause: @Sendable (DataFiles) throws -> Void

        init(
            _ name: String,
            says: [String],
            readable: [Int] = Array(1...12),
            stopsReading: Bool = false,
            _ cause: @escaping @Sendable (DataFiles) throws -> Void
        ) {
            testDescription = name
            self.says = says
            self.readable = readable
            self.stopsReading = stopsReading
            self.cause = cause
        }
    }

    /// Records 1 to 9 stand in the first segment, 10 to 12 in the second.
    static let kinds: [Damage] = [
        Damage("a bit of a segment's header", says: ["00000000000000000001.wal"]) {
            try DataFiles.flip($0.segments()[0], 17)
        },
        Damage(
            "a bit of a frame's header",
            says: ["offset 64", "record 1"],
            readable: Array(2...12),
            stopsReading: true
        ) { try DataFiles.flip($0.segments()[0], 70) },
        Damage("a bit of a frame's body", says: ["offset 64", "record 1"], readable: Array(2...12), stopsReading: true)
        {
            try DataFiles.flip($0.segments()[0], 110)
        },
        Damage("a bit of a footer", says: ["00000000000000000001.wal", "footer"]) {
            try DataFiles.edit($0.segments()[0]) { $0[$0.count - 40] ^= 4 }
        },
        Damage("a bit of a checkpoint", says: ["00000000000000000012.checkpoint", "offset"]) {
            try DataFiles.edit($0.checkpoint()) { $0[$0.count / 2] ^= 4 }
        },
        Damage(
            "a bit of the last frame",
            says: ["00000000000000000010.wal", "record 12"],
            readable: Array(1...11),
            stopsReading: true
        ) {
            try DataFiles.edit($0.segments()[1]) { bytes in
                bytes[(bytes.lastIndex { $0 != 0 } ?? 0) - 8] ^= 1
            }
        },
        Damage(
            "the last segment truncated",
            says: ["00000000000000000010.wal", "11"],
            readable: Array(1...10),
            stopsReading: true
        ) { try DataFiles.edit($0.segments()[1]) { $0.removeSubrange(220...) } },
        Damage(
            "a sealed segment truncated",
            says: ["00000000000000000001.wal"],
            readable: [1, 2, 3, 10, 11, 12],
            stopsReading: true
        ) { try DataFiles.edit($0.segments()[0]) { $0.removeSubrange(500...) } },
        Damage("the first segment missing", says: ["records 1–9"], readable: [10, 11, 12], stopsReading: true) {
            try FileManager.default.removeItem(atPath: $0.segments()[0])
        },
        Damage("the last segment missing", says: ["records 10–12"], readable: Array(1...9), stopsReading: true) {
            try FileManager.default.removeItem(atPath: $0.segments()[1])
        },
        Damage("a segment doubled", says: ["00000000000000000005.wal"]) {
            try FileManager.default.copyItem(
                atPath: $0.segments()[0],
                toPath: $0.path + "/wal/00000000000000000005.wal"
            )
        },
        Damage("a segment renamed", says: ["00000000000000000011.wal"]) {
            try FileManager.default.moveItem(
                atPath: $0.segments()[1],
                toPath: $0.path + "/wal/00000000000000000011.wal"
            )
        },
        Damage("garbage behind a footer", says: ["00000000000000000001.wal"]) {
            try DataFiles.edit($0.segments()[0]) { $0 += Array("garbage".utf8) }
        },
        Damage("garbage behind the last frame", says: ["00000000000000000010.wal"]) {
            try DataFiles.edit($0.segments()[1]) { $0[$0.count - 9] = 0x55 }
        },
        Damage("a stranger among the segments", says: ["<U+001B>[2J"]) {
            try Data("hello".utf8).write(to: URL(filePath: $0.path + "/wal/evil\u{1B}[2J"))
        },
        Damage("no store.json", says: ["store.json"]) {
            try FileManager.default.removeItem(atPath: $0.path + "/store.json")
        },
    ]

    @Test("Each kind of damage is reported with file and place, exit code 1, and nothing raw", arguments: kinds)
    func verify(damage: Damage) async throws {
        let store = try await SampleStore()
        #expect(try ToolProcess.run(["verify", "--data", store.path]).status == 0)
        try damage.cause(DataFiles(path: store.path))
        let before = try Self.contents(store.path)
        let result = try ToolProcess.run(["verify", "--data", store.path])
        #expect(result.status == 1)
        for text in damage.says { #expect(result.output.contains(text), "\(text) in \(result.output)") }
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.output.split(separator: "\n").last?.hasPrefix("damaged: ") == true)
        let rows = try ToolProcess.run(["verify", "--data", store.path, "--format", "ndjson"])
        #expect(rows.status == 1)
        for line in rows.output.split(separator: "\n") {
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect((value?["message"] as? String)?.isEmpty == false && (value?["advice"] as? String)?.isEmpty == false)
        }
        #expect(rows.output.split(separator: "\n").count >= 1)
        #expect(try Self.contents(store.path) == before, "nothing is written")
    }

    @Test(
        "Rows come up to the damage with exit code 1, and with --skip-damage after it, in both orders",
        arguments: kinds
    )
    func read(damage: Damage) async throws {
        let store = try await SampleStore()
        try damage.cause(DataFiles(path: store.path))
        let arguments = ["records", "--format", "ndjson", "--data", store.path]
        let strict = try ToolProcess.run(arguments)
        let numbers = Self.numbers(strict)
        #expect(numbers == Array(damage.readable.prefix(numbers.count)))
        #expect(strict.status == (damage.stopsReading ? 1 : 0), "\(strict.errors)")
        if !damage.stopsReading { #expect(numbers == Array(1...12)) }
        for order in [[], ["--reverse"]] {
            let all = try ToolProcess.run(arguments + ["--skip-damage"] + order)
            #expect(Self.numbers(all) == (order.isEmpty ? damage.readable : damage.readable.reversed()))
            #expect(all.status == (damage.stopsReading ? 1 : 0))
            #expect(all.errors.contains("profile-log: gap: ") == damage.stopsReading, "\(all.errors)")
        }
    }

    @Test("Commands that read a damaged store say so and end with 1", arguments: ["state", "stats", "history 1"])
    func otherCommands(command: String) async throws {
        let store = try await SampleStore()
        try FileManager.default.removeItem(atPath: DataFiles(path: store.path).checkpoint())
        try DataFiles.flip(DataFiles(path: store.path).segments()[0], 110)
        let words = command.split(separator: " ").map(String.init)
        let result = try ToolProcess.run(words + ["--data", store.path])
        #expect(result.status == 1)
        #expect(result.errors.contains("offset 64"))
    }

    @Test("Where the version before is lost, changes are not known, and the row says so")
    func unknownChanges() async throws {
        let store = try await SampleStore()
        try DataFiles.flip(DataFiles(path: store.path).segments()[0], 110)
        let arguments = ["records", "--user", "1", "--skip-damage", "--data", store.path]
        let rows = try ToolProcess.run(arguments + ["--format", "ndjson"])
        #expect(rows.output.contains(#""id":4,"#) && rows.output.contains(#""changes":null"#))
        #expect(try ToolProcess.run(arguments).output.contains("the version before cannot be read"))
    }

    @Test("A record that was written wrong, with all checksums right, is found by what it says")
    func forgedRecord() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("data")
        let clock = ManualClock()
        let store = try LiveStore.open(path, clock, segmentBytes: 1_200, checkpointAtClose: false)
        await store.close()
        try Self.appendForgeries(path)
        let result = try ToolProcess.run(["verify", "--data", path])
        #expect(result.status == 1)
        #expect(result.output.contains("tag is not that of the actor"))
        #expect(result.output.contains("gives user 2 the email that user 1 has since record 1"))
        #expect(result.output.contains("offset 64"))
        #expect(result.output.contains("2 findings"))
    }

    /// Appends two users with one email, the second by an actor whose tag is wrong.
    private static func appendForgeries(_ path: String) throws {
        let log = try WriteAheadLog.open(LogConfiguration(directory: path), logger: .quiet)
        defer { log.close() }
        let json = #"{"actor":"ines","request_id":"r","name":"Žaneta","email":"ž@example.com"}"#
        let key = TextKeys.standard.email(Array("ž@example.com".utf8))
        let tags: [UInt32] = [0xC899_C82D, 7]
        let records = tags.enumerated().map { index, tag in
            PreparedRecord(
                kind: 1,
                subject: UInt64(index) + 1,
                version: 1,
                previous: nil,
                actorTag: tag,
                key: key,
                payload: EncodedPayload.encode(Array(json.utf8))
            )
        }
        let receipt = try log.append(records)
        #expect(receipt.lsn(1) == LogSequenceNumber(2))
    }

    private static func numbers(_ result: ToolResult) -> [Int] {
        result.output.matches(of: /(?m)^{"id":(\d+),/).compactMap { Int($0.1) }
    }

    private static func contents(_ path: String) throws -> [String: [UInt8]] {
        let files = try DataFiles(path: path).all()
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try DataFiles.bytes($0)) })
    }
}
