import TestSupport
import Testing

@testable import LogStorage

@Suite("Reading sealed segments again")
struct ScrubTests {
    /// All that a pass over the sealed segments finds, and the bytes it read.
    private static func pass(_ log: WriteAheadLog) -> (findings: [DamageFinding], bytes: UInt64) {
        var findings: [DamageFinding] = []
        var bytes: UInt64 = 0
        for segment in log.logFiles.scrubs() {
            var scrub = segment
            while let step = scrub.next() {
                findings += step.findings
                bytes += step.bytes
            }
        }
        return (findings, bytes)
    }

    /// All that a comparison of a checkpoint with the records finds.
    static func findings(of checkpoint: CheckpointScrub) -> [DamageFinding] {
        var findings: [DamageFinding] = []
        var scrub = checkpoint
        while let step = scrub.next() { findings += step.findings }
        return findings
    }

    @Test("Nothing is wrong with a store that is whole, and every byte of the sealed segments is read")
    func whole() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 20))
        let log = try store.fixture.open()
        let sealed = store.segments.dropLast()
        #expect(sealed.count >= 3)
        #expect(log.logFiles.scrubs().map(\.path) == Array(sealed))
        let (findings, bytes) = Self.pass(log)
        #expect(findings == [])
        #expect(bytes == sealed.reduce(0) { $0 + UInt64(store.disk[$1]?.count ?? 0) })
        let checkpoints = try log.logFiles.checkpointScrubs()
        #expect(checkpoints.count == 1 && checkpoints.flatMap { Self.findings(of: $0) }.isEmpty)
        log.close()
    }

    @Test("A flipped bit in any byte of a sealed segment is found, with file, offset and records")
    func flipped() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 12))
        let fixture = store.copy()
        let log = try fixture.open()
        let path = try #require(store.segments.dropFirst().first)
        let bytes = try #require(store.disk[path])
        for offset in bytes.indices {
            fixture.disk[path]?[offset] ^= UInt8(1 << (offset % 8))
            let (findings, _) = Self.pass(log)
            let finding = findings.first
            #expect(findings.count == 1 && finding?.file == path, "offset \(offset): \(findings)")
            #expect((finding?.offset ?? .max) <= UInt64(offset))
            #expect(finding?.lsns != nil)
            fixture.disk[path] = bytes
        }
        log.close()
    }

    @Test("A segment that is gone, too short or too long is found, and the others are read all the same")
    func wrongFiles() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 12))
        let path = try #require(store.segments.first)
        let changes: [([UInt8]?) -> [UInt8]?] = [
            { _ in nil }, { $0.map { Array($0.dropLast()) } }, { $0.map { $0 + [0] } },
            { $0.map { Array($0.prefix(100)) } }, { _ in [] },
        ]
        for (number, change) in changes.enumerated() {
            let fixture = store.copy()
            let log = try fixture.open()
            let before = Self.pass(log).bytes
            fixture.disk[path] = change(fixture.disk[path])
            let (findings, bytes) = Self.pass(log)
            #expect(!findings.isEmpty && findings.allSatisfy { $0.file == path }, "change \(number): \(findings)")
            #expect(bytes >= before - UInt64(store.disk[path]?.count ?? 0))
            log.close()
        }
    }

    @Test("A disk that cannot read is a finding, too")
    func unreadable() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 12))
        let fixture = store.copy()
        let log = try fixture.open()
        let path = try #require(store.segments.first)
        fixture.disk.fail { call, file in call == .open && file == path ? 5 : nil }
        let (findings, _) = Self.pass(log)
        #expect(findings.map(\.kind) == [.unreadable])
        log.close()
    }
}
