import Foundation
import LogStorage
import Synchronization
import TestSupport
import Testing
import UserProfiles

/// What the writer and the copier tell each other.
private final class Load: Sendable {
    let isStopped = Atomic<Bool>(false)
    let acknowledged = Atomic<UInt64>(0)
}

@Suite("Copy and repair", .serialized, .timeLimit(.minutes(3)))
struct CopyRepairTests {
    @Test("A copy made under write load verifies clean and holds all that was acknowledged before it began")
    func copyUnderLoad() async throws {
        let live = try LiveStore(segmentBytes: 16 << 10)
        try await live.create(0..<200)
        let load = Load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 200... where !load.isStopped.load(ordering: .relaxed) {
                    let lsn = try await live.create(index)
                    load.acknowledged.store(lsn.rawValue, ordering: .relaxed)
                    if index % 100 == 0 {
                        let report = try await live.store.checkpoint()
                        #expect(report.users > 0)
                    }
                    if load.isStopped.load(ordering: .relaxed) { return }
                }
            }
            for round in 0..<5 {
                try await Task.sleep(for: .milliseconds(100))
                let before = max(200, load.acknowledged.load(ordering: .relaxed))
                let copy = live.beside("copy-\(round)")
                let result = try ToolProcess.run(["copy", "--data", live.path, "--to", copy])
                #expect(result.status == 0, "\(result.errors)")
                let verified = try ToolProcess.run(["verify", "--data", copy])
                #expect(verified.status == 0, "\(verified.output)")
                let rows = try ToolProcess.run(["records", "--data", copy, "--format", "ndjson"])
                let numbers = rows.output.matches(of: /(?m)^{"id":(\d+),/).compactMap { UInt64($0.1) }
                #expect(UInt64(numbers.count) >= before)
                #expect(numbers == Array(1...UInt64(numbers.count)))
                // The copy is a data directory like any other.
                let store = try LiveStore.open(copy, ManualClock(), segmentBytes: 16 << 10)
                #expect(store.status.records == UInt64(numbers.count))
                await store.close()
            }
            load.isStopped.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
        await live.store.close()
    }

    @Test("A damaged store is not copied; a directory that holds something is not written to")
    func refusals() async throws {
        let store = try await SampleStore()
        let copy = store.beside("copy")
        #expect(try Tool.run("copy", "--data", store.path, "--to", copy).status == 0)
        let again = try Tool.run("copy", "--data", store.path, "--to", copy)
        #expect(again.status == 64)
        #expect(again.errors.contains(copy))
        #expect(try Tool.run("copy", "--data", store.path).status == 64)
        #expect(try Tool.run("copy", "--data", store.beside("none"), "--to", store.beside("x")).status == 66)
        try DataFiles.flip(DataFiles(path: store.path).segments()[0], 110)
        let damaged = try Tool.run("copy", "--data", store.path, "--to", store.beside("y"))
        #expect(damaged.status == 1)
        #expect(damaged.errors.contains("offset 64"))
        #expect(try Tool.run("verify", "--data", store.beside("y")).status != 0)
    }

    @Test("A copy of a store that stands still has the same records to the byte")
    func sameRecords() async throws {
        let store = try await SampleStore()
        let copy = store.beside("copy")
        let result = try Tool.run("copy", "--data", store.path, "--to", copy)
        #expect(result.output.hasPrefix("copied: 12 records; 1.7 kB; checkpoint at record 12; tree root "))
        for format in ["text", "ndjson", "csv"] {
            let original = try Tool.run("records", "--data", store.path, "--format", format)
            #expect(try Tool.run("records", "--data", copy, "--format", format).output == original.output)
        }
    }

    @Test("A whole store needs no repair")
    func nothingToRepair() async throws {
        let store = try await SampleStore()
        let result = try Tool.run("repair", "--data", store.path)
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("good: ") && result.output.contains("records 1–12"))
    }

    @Test("What is derived is made anew: a damaged footer costs no record, and the store keeps its id")
    func derivedDamage() async throws {
        let store = try await SampleStore()
        let expected = try Tool.run("records", "--data", store.path, "--format", "ndjson").output
        try DataFiles.edit(DataFiles(path: store.path).segments()[0]) { $0[$0.count - 40] ^= 4 }
        let before = try Self.contents(store.path)
        let repaired = store.beside("repaired")
        let result = try Tool.run("repair", "--data", store.path, "--to", repaired)
        #expect(result.status == 2)
        #expect(result.output.contains("Every record: only what is derived"))
        #expect(try Tool.run("verify", "--data", repaired).status == 0)
        #expect(try Tool.run("records", "--data", repaired, "--format", "ndjson").output == expected)
        #expect(try Self.storeID(repaired) == Self.storeID(store.path))
        #expect(!FileManager.default.fileExists(atPath: repaired + "/salvaged.ndjson"))
        #expect(try Self.contents(store.path) == before, "the original is only read")
    }

    @Test("Records behind lost ones are salvaged beside a store of those before, with a report")
    func lostRecords() async throws {
        let store = try await SampleStore()
        let all = try Tool.run("records", "--data", store.path, "--format", "ndjson").output
        try DataFiles.flip(DataFiles(path: store.path).segments()[0], 500)
        let before = try Self.contents(store.path)
        let dry = try Tool.run("repair", "--data", store.path)
        #expect(dry.status == 1)
        #expect(dry.output.contains("records 1–3 can be served"))
        #expect(dry.output.contains("8 records behind the damage"))
        #expect(dry.output.contains("Lost: record 4."))
        let repaired = store.beside("repaired")
        let result = try Tool.run("repair", "--data", store.path, "--to", repaired)
        #expect(result.status == 2)
        let report = String(decoding: try DataFiles.bytes(repaired + "/repair-report.txt"), as: UTF8.self)
        #expect(report.contains("Lost: record 4.") && report.contains("offset "))
        let verified = try Tool.run("verify", "--data", repaired)
        #expect(verified.status == 0, "\(verified.output)")
        let rows = try Tool.run("records", "--data", repaired, "--format", "ndjson").output
        #expect(rows == all.split(separator: "\n").prefix(3).map { $0 + "\n" }.joined())
        #expect(try Self.storeID(repaired) != Self.storeID(store.path))
        let salvaged = String(decoding: try DataFiles.bytes(repaired + "/salvaged.ndjson"), as: UTF8.self)
        let numbers = salvaged.matches(of: /(?m)^{"id":(\d+),/).compactMap { Int($0.1) }
        #expect(numbers == Array(5...12))
        #expect(salvaged.contains(#""email":"noor@example.com""#))
        #expect(try Self.contents(store.path) == before, "the original is only read")
        // A server starts with it and goes on from record 4.
        let server = try LiveStore.open(repaired, ManualClock(), segmentBytes: 1_200)
        #expect(server.status.records == 3)
        await server.close()
    }

    private static func storeID(_ path: String) throws -> String {
        let info = try Tool.run("info", "--data", path, "--format", "ndjson").output
        return info.firstMatch(of: /"store_id":"([^"]+)"/).map { String($0.1) } ?? ""
    }

    private static func contents(_ path: String) throws -> [String: [UInt8]] {
        let files = try DataFiles(path: path).all()
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try DataFiles.bytes($0)) })
    }
}
