import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a process finds that another one left on the same running machine: it can be read, and may not be on the disk.
@Suite("Restart without a crash of the machine")
struct RestartTests {
    @Test("A frame whose sync failed, and which the next process can read, is durable once that has opened the log")
    func frameOfFailedSync() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [3, 2])
        fixture.disk.fail { call, path in call == .syncData && path.hasSuffix(".wal") ? EIO : nil }
        #expect { try LogFixture.fill(log, batches: [20]) } throws: { ($0 as? LogError)?.code == .poisoned }
        fixture.disk.fail(nil)
        let disk = fixture.disk.copy()
        let restarted = try LogFixture(disk: disk).open()
        #expect(restarted.last.lsn == LogSequenceNumber(25))
        try LogFixture.fill(restarted, batches: [1])
        let crashed = try LogFixture(disk: disk.afterCrash(.lost)).open()
        #expect(try LogFixture.records(of: crashed).map(\.header.lsn.rawValue) == Array(1...26))
    }

    @Test("A footer whose sync failed, and which the next process can read, is durable once that has opened the log")
    func footerOfFailedSync() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        let segment = fixture.segment(1)
        // The sync behind a truncation is that of the footer.
        let isSealing = Monitor(false)
        fixture.disk.fail { call, path in
            guard path == segment else { return nil }
            if call == .truncate { isSealing.withLock { $0 = true } }
            return call == .syncData && isSealing.withLock { $0 } ? EIO : nil
        }
        #expect {
            for _ in 0..<100 { try LogFixture.fill(log, batches: [5]) }
        } throws: { ($0 as? LogError)?.code == .poisoned }
        let acknowledged = log.last.lsn
        fixture.disk.fail(nil)
        let disk = fixture.disk.copy()
        let restarted = try LogFixture(disk: disk, segmentBytes: 4_096).open()
        #expect(restarted.last.lsn == acknowledged)
        try LogFixture.fill(restarted, batches: [5])
        #expect(restarted.extent.segments == 2)
        let crashed = try LogFixture(disk: disk.afterCrash(.lost), segmentBytes: 4_096).open()
        #expect(crashed.last.lsn == acknowledged.advanced(by: 5))
    }

    @Test("A checkpoint that the next process finds stays, though its name was never synced")
    func nameOfCheckpoint() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [3])
        fixture.disk.fail { call, path in call == .syncDirectory && path.hasSuffix("checkpoints") ? EIO : nil }
        #expect { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) } } throws: {
            ($0 as? LogError)?.code == .io
        }
        fixture.disk.fail(nil)
        let disk = fixture.disk.copy()
        #expect(try LogFixture(disk: disk).open().checkpoints().map(\.lsn) == [LogSequenceNumber(3)])
        #expect(try LogFixture(disk: disk.afterCrash(.lost)).open().checkpoints().map(\.lsn) == [LogSequenceNumber(3)])
    }

    @Test(
        "Interrupted reservations and cuts are gone on with",
        arguments: [.preallocate, .truncate] as [MemoryFileSystem.Call]
    )
    func interrupted(call: MemoryFileSystem.Call) throws {
        var fixture = LogFixture(segmentBytes: 4_096)
        fixture.background = .caller
        let interruptions = Monitor(0)
        fixture.disk.fail { made, _ in
            guard made == call else { return nil }
            return interruptions.withLock { count in
                count += 1
                return count % 2 == 1 ? EINTR : nil
            }
        }
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 10, count: 40))
        #expect(log.extent.segments > 2)
        #expect(interruptions.withLock { $0 } > 3)
    }
}
