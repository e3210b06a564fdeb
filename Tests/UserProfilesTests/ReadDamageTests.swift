import LogStorage
import Logging
import TestSupport
import Testing

@testable import UserProfiles

@Suite("Damage that a start from a checkpoint does not read")
struct ReadDamageTests {
    @Test("It is in the status and in the log as soon as a read comes across it, once for each place")
    func noted() async throws {
        let disk = MemoryFileSystem()
        var log = LogConfiguration(directory: "/data")
        log.segmentBytes = 4 << 10
        log.fileSystem = disk
        // No thread reads beside the test.
        log.background = .threads
        let configuration = ProfileStoreConfiguration(log: log)
        let first = try ProfileStore.open(configuration, logger: Logger(label: "test") { _ in WarningList() })
        #expect(first.status.verifiedFrom == LogSequenceNumber(1))
        for index in 1...80 { _ = try await first.create(ProfileDraft("n", "u\(index)@example.com"), .by("a")) }
        #expect(first.status.segments >= 2)
        await first.close()
        let segment = "/data/wal/00000000000000000001.wal"
        // In the body of the first frame.
        disk[segment]?[64 + 32 + 20] ^= 1
        let (warnings, copy) = (WarningList(), disk.copy())
        log.fileSystem = copy
        let store = try ProfileStore.open(
            ProfileStoreConfiguration(log: log),
            logger: Logger(label: "t") { _ in warnings }
        )
        #expect(store.status.verifiedFrom > LogSequenceNumber(20))
        for _ in 1...3 { #expect(await failure { try store.user(UserID(1)) } == .damaged) }
        // What reads in the background may have come across the same place, too.
        let damage = store.status.readDamage
        #expect(!damage.isEmpty && damage.allSatisfy { $0.contains(segment) }, "\(damage)")
        let lines = warnings.texts.filter { $0.contains("a read found damage") }
        #expect(!lines.isEmpty && Set(lines).count == lines.count, "\(lines)")
        #expect(try store.user(UserID(80)).profile.email == "u80@example.com")
        await store.close()
    }
}
