import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Checkpoint files")
struct CheckpointTests {
    private static let blocks: [[UInt8]] = [[1, 2, 3], Array(repeating: 7, count: 5_000), [9]]

    private static func written() throws -> (fixture: LogFixture, log: WriteAheadLog) {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [3])
        try log.writeCheckpoint(try log.checkpointPosition()) { write in
            for block in blocks { try write(block) }
        }
        return (fixture, log)
    }

    @Test("Blocks come back as they were written")
    func readBack() throws {
        let (_, log) = try Self.written()
        let file = try #require(try log.checkpoints().first)
        #expect(file.lsn == LogSequenceNumber(3))
        var blocks: [[UInt8]] = []
        try log.readCheckpoint(file) { blocks.append($0) }
        #expect(blocks == Self.blocks)
    }

    @Test("A flipped bit or a cut anywhere is noticed")
    func everyByte() throws {
        let (fixture, log) = try Self.written()
        let file = try #require(try log.checkpoints().first)
        let bytes = try #require(fixture.disk[file.path])
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x20
            fixture.disk[file.path] = damaged
            #expect(throws: LogError.self, "byte \(position)") { try log.readCheckpoint(file) { _ in } }
            fixture.disk[file.path] = Array(bytes[..<position])
            #expect(throws: LogError.self, "cut at \(position)") { try log.readCheckpoint(file) { _ in } }
        }
        fixture.disk[file.path] = bytes + [0]
        #expect(throws: LogError.self) { try log.readCheckpoint(file) { _ in } }
    }

    @Test("A newer format is refused as such, whatever it has behind the version; a backup goes without it")
    func newerFormat() throws {
        let (fixture, log) = try Self.written()
        let file = try #require(try log.checkpoints().first)
        let newer = CheckpointHeader.magic + [2, 0, 2, 0] + Array(repeating: 7, count: 100)
        fixture.disk[file.path] = newer
        #expect { try log.readCheckpoint(file) { _ in } } throws: { ($0 as? LogError)?.code == .unsupportedFormat }
        #expect(try log.logFiles.backup().files.map(\.name).allSatisfy { !$0.hasPrefix("checkpoints/") })
        #expect(try LogFixture(disk: fixture.disk.copy()).open().last.lsn == LogSequenceNumber(3))
    }

    @Test("The newest two are kept, and an unfinished one has no name")
    func pruning() throws {
        let (fixture, log) = try Self.written()
        for _ in 0..<3 {
            try LogFixture.fill(log, batches: [1])
            try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) }
        }
        #expect(try log.checkpoints().map(\.lsn.rawValue) == [6, 5])
        try LogFixture.fill(log, batches: [1])
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try log.writeCheckpoint(try log.checkpointPosition()) { write in
                try write([1])
                throw Stop()
            }
        }
        #expect(try log.checkpoints().map(\.lsn.rawValue) == [6, 5])
        log.close()
        let again = try LogFixture(disk: fixture.disk.copy()).open()
        #expect(try again.checkpoints().map(\.lsn.rawValue) == [6, 5])
    }

    @Test("Deleting every checkpoint loses nothing")
    func derived() throws {
        let (fixture, log) = try Self.written()
        let headers = try LogFixture.records(of: log).map(\.header)
        let disk = fixture.disk.copy()
        for path in disk.paths where path.contains("/checkpoints/") { disk[path] = nil }
        #expect(try LogFixture.records(of: LogFixture(disk: disk).open()).map(\.header) == headers)
    }

    @Test("A checkpoint for which there is no room leaves nothing behind", arguments: 1...4)
    func noRoom(nth: Int) throws {
        let (fixture, log) = try Self.written()
        try LogFixture.fill(log, batches: [1])
        let position = try log.checkpointPosition()
        let left = Monitor(nth)
        fixture.disk.fail { call, path in
            guard call == .write, path.contains("/checkpoints/") else { return nil }
            return left.withLock { left in
                left -= 1
                return left == 0 ? ENOSPC : nil
            }
        }
        #expect { try log.writeCheckpoint(position) { try $0([1, 2]) } } throws: {
            ($0 as? LogError)?.code == .diskFull
        }
        #expect(fixture.disk.paths.filter { $0.contains("/checkpoints/") }.count == 1)
        fixture.disk.fail(nil)
        try log.writeCheckpoint(position) { try $0([1, 2]) }
        #expect(try log.checkpoints().map(\.lsn.rawValue) == [4, 3])
    }
}
