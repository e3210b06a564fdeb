import TestSupport
import Testing

@testable import LogStorage

@Suite("Backup of a store in use")
struct BackupTests {
    private static func contents(_ file: BackupFile) throws -> [UInt8] {
        var reader = file.reader()
        var bytes: [UInt8] = []
        while true {
            let piece = try reader.next()
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    /// The files of a backup as a data directory on a disk of its own.
    private static func restored(_ backup: LogBackup) throws -> LogFixture {
        let disk = MemoryFileSystem()
        for path in ["/data", "/data/wal", "/data/checkpoints"] { try disk.makeDirectory(path) }
        for file in backup.files { disk["/data/\(file.name)"] = try contents(file) }
        return LogFixture(disk: disk, segmentBytes: 1_024)
    }

    @Test("It has the same files as a copy, byte by byte, and the sizes that it said")
    func sameAsCopy() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 3, count: 20))
        try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2, 3]) }
        try LogFixture.fill(log, batches: [2, 1])
        let backup = try log.logFiles.backup()
        #expect(backup.lastLSN == LogSequenceNumber(63))
        let archive = try fixture.archive()
        _ = try StoreCopier(archive, patience: .none).copy(to: "/copy")
        let copied = fixture.disk.paths.filter { $0.hasPrefix("/copy/") }
        #expect(Set(backup.files.map { "/copy/\($0.name)" }) == Set(copied))
        #expect(copied.count > 4)
        for file in backup.files {
            let bytes = try Self.contents(file)
            #expect(bytes == fixture.disk["/copy/\(file.name)"], "\(file.name)")
            #expect(UInt64(bytes.count) == file.byteCount)
        }
        #expect(backup.files.first?.name.hasPrefix("checkpoints/") == true)
        #expect(backup.files.last?.name == "store.json")
        log.close()
    }

    @Test("What is written, sealed and removed after it was fixed does not change it")
    func fixed() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 3, count: 20))
        try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2, 3]) }
        let backup = try log.logFiles.backup()
        var begun = try #require(backup.files.first).reader()
        let start = try begun.next()
        for round in 0..<3 {
            try LogFixture.fill(log, batches: Array(repeating: 2, count: 20))
            try log.writeCheckpoint(try log.checkpointPosition()) { try $0([UInt8(round)]) }
        }
        #expect(fixture.disk["/data/\(backup.files[0].name)"] == nil, "the checkpoint was removed meanwhile")
        #expect(start.count == Int(backup.files[0].byteCount))
        let store = try Self.restored(backup)
        #expect(try store.findings() == [])
        let again = try store.open()
        #expect(again.last.lsn == LogSequenceNumber(60))
        #expect(again.storeID == log.storeID)
        again.close()
        log.close()
    }

    @Test("A frame that was begun and not synced is not in it")
    func durableOnly() throws {
        let fixture = LogFixture(segmentBytes: 64 << 10)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2, 2])
        // The frame is written whole, then its sync fails.
        fixture.disk.fail { call, _ in call == .syncData ? 5 : nil }
        #expect(throws: LogError.self) { try LogFixture.fill(log, batches: [3]) }
        fixture.disk.fail(nil)
        let backup = try log.logFiles.backup()
        #expect(backup.lastLSN == LogSequenceNumber(4))
        let again = try Self.restored(backup).open()
        #expect(again.last.lsn == LogSequenceNumber(4))
        again.close()
        log.close()
    }

    @Test("Damage anywhere in the segments ends it and is named")
    func damage() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 20))
        let path = try #require(store.segments.first)
        let bytes = try #require(store.disk[path])
        for offset in stride(from: 0, to: bytes.count, by: 7) {
            let fixture = store.copy()
            let log = try fixture.open()
            fixture.disk[path]?[offset] ^= 0x10
            let backup = try log.logFiles.backup()
            let error = #expect(throws: LogError.self, "offset \(offset)") {
                for file in backup.files { _ = try Self.contents(file) }
            }
            #expect(error?.code == .damaged)
            #expect(error?.file == path)
            #expect(error?.lsns != nil)
            #expect(log.readDamage.contains { $0.file == path && $0.offset == error?.offset })
            log.close()
        }
    }

    @Test("A damaged checkpoint is left out, and the one before it taken")
    func damagedCheckpoint() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        for _ in 0..<2 {
            try LogFixture.fill(log, batches: Array(repeating: 3, count: 5))
            try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2, 3]) }
        }
        let newest = try #require(try log.checkpoints().first)
        let size = try #require(fixture.disk[newest.path]?.count)
        fixture.disk[newest.path]?[size - 40] ^= 1
        let names = try log.logFiles.backup().files.map(\.name)
        #expect(names.filter { $0.hasPrefix("checkpoints/") } == ["checkpoints/00000000000000000015.checkpoint"])
        log.close()
    }
}
