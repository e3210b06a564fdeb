import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Failing writes")
struct WriteFailureTests {
    @Test("A frame is synced before the append returns")
    func syncBeforeReturn() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        // The preparer of the next segment syncs once as well, at a moment of its own.
        let others = fixture.disk.count(of: .syncData)
        for _ in 1...10 { try LogFixture.fill(log, batches: [1]) }
        #expect(fixture.disk.count(of: .syncData) >= others + 10)
        let segment = fixture.segment(1)
        fixture.disk.fail { call, path in call == .syncData && path == segment ? EIO : nil }
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .poisoned }
    }

    @Test(
        "After a failed sync nothing is written, not even when the disk works again; reads go on",
        arguments: [EIO, ENOSPC]
    )
    func poison(number: Int32) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2])
        fixture.disk.fail { call, path in call == .syncData && path.hasSuffix(".wal") ? number : nil }
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .poisoned }
        fixture.disk.fail(nil)
        let writes = fixture.disk.count(of: .write)
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .poisoned }
        #expect(fixture.disk.count(of: .write) == writes)
        #expect(log.poison != nil)
        #expect(log.last.lsn == LogSequenceNumber(2))
        #expect(try LogFixture.records(of: log).count == 2)
        let restarted = try LogFixture(disk: fixture.disk.copy()).open()
        #expect(restarted.last.lsn >= LogSequenceNumber(2))
        try LogFixture.fill(restarted, batches: [1])
    }

    @Test("A failed write other than for want of room poisons")
    func failedWrite() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        fixture.disk.fail { call, path in call == .write && path.hasSuffix(".wal") ? EIO : nil }
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .poisoned }
    }

    @Test("A full disk refuses writes and leaves no part of them; writes resume when there is room")
    func fullDisk() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2])
        // Some bytes of the frame are written before the disk is full.
        fixture.disk.limitWrites(to: 20)
        let allowed = Monitor(1)
        fixture.disk.fail { call, path in
            guard call == .write, path.hasSuffix(".wal") else { return nil }
            return allowed.withLock { left in
                left -= 1
                return left < 0 ? ENOSPC : nil
            }
        }
        #expect { try LogFixture.fill(log, batches: [3]) } throws: { ($0 as? LogError)?.code == .diskFull }
        #expect(log.poison == nil)
        #expect(try LogFixture.records(of: log).count == 2)
        let segment = try #require(fixture.disk[fixture.segment(1)])
        #expect(UInt64(segment.count) == log.extent.bytes)
        fixture.disk.fail(nil)
        fixture.disk.limitWrites(to: .max)
        try LogFixture.fill(log, batches: [3])
        let again = try LogFixture(disk: fixture.disk.copy()).open()
        #expect(try LogFixture.records(of: again).map(\.header.lsn.rawValue) == Array(1...5))
        #expect(!fixture.disk.paths.contains { $0.hasSuffix(".torn") })
    }

    @Test("A partial frame that cannot be cut off again poisons")
    func fullDiskThatCannotBeRepaired() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        fixture.disk.fail { call, path in
            switch call {
            case .write where path.hasSuffix(".wal"): ENOSPC
            case .truncate: EIO
            default: nil
            }
        }
        #expect { try LogFixture.fill(log, batches: [3]) } throws: { ($0 as? LogError)?.code == .poisoned }
    }

    @Test("Any call that fails during rotation for want of room can be tried again", arguments: 1...12)
    func fullDiskDuringRotation(nth: Int) throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [40])
        let left = Monitor(nth)
        fixture.disk.fail { call, path in
            guard call == .write || call == .open || call == .preallocate else { return nil }
            return left.withLock { left in
                left -= 1
                return left == 0 ? ENOSPC : nil
            }
        }
        var acknowledged = 40
        var refused = 0
        for _ in 0..<10 {
            do {
                try LogFixture.fill(log, batches: [10])
                acknowledged += 10
            } catch let error as LogError {
                #expect(error.code == .diskFull)
                refused += 1
            }
        }
        #expect(refused <= 1)
        #expect(log.poison == nil)
        #expect(log.extent.segments > 1)
        log.close()
        let again = try LogFixture(disk: fixture.disk.copy(), segmentBytes: 4_096).open()
        #expect(try LogFixture.records(of: again).map(\.header.lsn.rawValue) == Array(1...UInt64(acknowledged)))
    }

    @Test("Short and interrupted writes are completed")
    func shortWrites() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        fixture.disk.limitWrites(to: 7)
        let calls = Monitor(0)
        fixture.disk.fail { call, _ in
            guard call == .write else { return nil }
            return calls.withLock { count in
                count += 1
                return count % 3 == 0 ? EINTR : nil
            }
        }
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [5, 30, 30, 1])
        #expect(try LogFixture.records(of: log).count == 66)
    }

    @Test("A new segment has its name made durable before a frame in it is acknowledged")
    func directorySync() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        fixture.disk.fail { call, _ in call == .syncDirectory ? EIO : nil }
        #expect {
            for _ in 0..<20 { try LogFixture.fill(log, batches: [10]) }
        } throws: { ($0 as? LogError)?.code == .poisoned }
    }

    @Test("A next segment that could not be synced is never used: the log is poisoned")
    func failedPreparation() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        fixture.disk.fail { call, path in call == .syncData && path.hasSuffix(".prepared") ? EIO : nil }
        #expect { try fixture.open() } throws: { ($0 as? LogError)?.code == .io }
        fixture.disk.fail(nil)
        let log = try fixture.open()
        fixture.disk.fail { call, path in call == .syncData && path.hasSuffix(".prepared") ? EIO : nil }
        #expect {
            for _ in 0..<30 { try LogFixture.fill(log, batches: [10]) }
        } throws: { ($0 as? LogError)?.code == .poisoned }
        fixture.disk.fail(nil)
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .poisoned }
        #expect(log.poison != nil)
    }

    @Test("A closed log refuses records, and its directory is free for the next one")
    func closedLog() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [1])
        log.close()
        #expect { try LogFixture.fill(log, batches: [1]) } throws: { ($0 as? LogError)?.code == .stopped }
        #expect(try fixture.open().last.lsn == LogSequenceNumber(1))
        #expect(try log.read(LogSequenceNumber(1)).header.subject == 1)
    }
}
