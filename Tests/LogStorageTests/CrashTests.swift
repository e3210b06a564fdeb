import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The method of SQLite: the Nth call fails, N = 1, 2, 3 … until a run passes clean. The check is that of RocksDB: what
/// is found is a prefix without a hole of what was submitted, and contains everything acknowledged.
@Suite("Crashes")
struct CrashTests {
    /// What is left of a disk: by the end of the process alone, and by crashes of the machine.
    private static func remains(of disk: MemoryFileSystem, seed: Int) -> [(name: String, disk: MemoryFileSystem)] {
        let number = UInt64(seed)
        let modes: [CrashMode] = [.lost, .kept, .mixed(seed: number), .ordered(seed: number), .reordered(seed: number)]
        return [("process ended", disk.copy())] + modes.map { ("\($0)", disk.afterCrash($0)) }
    }

    @Test("After a crash at any call, the log holds everything acknowledged, whole batches only, and goes on")
    func crashAtEveryCall() throws {
        try untilClean { call in
            let disk = MemoryFileSystem()
            var workload = CrashWorkload()
            disk.crash(atCall: call)
            try workload.run(on: disk)
            for (name, remains) in Self.remains(of: disk, seed: call) {
                try workload.check(remains, "crash at call \(call), \(name)")
            }
            return !disk.isTroubled
        }
    }

    @Test(
        "After any one call has failed, appends say so, reads go on, and nothing acknowledged is lost",
        arguments: [EIO, ENOSPC]
    )
    func failureOfEveryCall(number: Int32) throws {
        try untilClean { call in
            let disk = MemoryFileSystem()
            var workload = CrashWorkload()
            disk.fail(call: call, with: number)
            try workload.run(on: disk)
            let isClean = !disk.isTroubled
            for (name, remains) in [("process ended", disk.copy()), ("lost", disk.afterCrash(.lost))] {
                try workload.check(remains, "error \(number) at call \(call), \(name)")
            }
            return isClean
        }
    }

    @Test("A crash at any call of a recovery loses nothing either, and no torn byte before it stands in quarantine")
    func crashDuringRecovery() throws {
        for torn in try Self.tornLogs() {
            try untilClean { call in
                let disk = torn.disk.copy()
                disk.crash(atCall: call)
                try? torn.workload.open(disk).close()
                for (name, remains) in Self.remains(of: disk, seed: call) {
                    let situation = "\(torn.name), recovery crashed at call \(call), \(name)"
                    #expect(torn.isTailSaved(on: remains), "\(situation)")
                    try torn.workload.check(remains, situation)
                }
                return !disk.isTroubled
            }
        }
    }

    @Test("A recovery in which one call fails loses nothing", arguments: [EIO, ENOSPC])
    func failureDuringRecovery(number: Int32) throws {
        for torn in try Self.tornLogs() {
            try untilClean { call in
                let disk = torn.disk.copy()
                disk.fail(call: call, with: number)
                try? torn.workload.open(disk).close()
                let isClean = !disk.isTroubled
                for (name, remains) in [("process ended", disk.copy()), ("lost", disk.afterCrash(.lost))] {
                    let situation = "\(torn.name), error \(number) at call \(call) of the recovery, \(name)"
                    #expect(torn.isTailSaved(on: remains), "\(situation)")
                    try torn.workload.check(remains, situation)
                }
                return isClean
            }
        }
    }

    @Test("Whatever call of a checkpoint fails, those before it can be read", arguments: [EIO, ENOSPC])
    func failureDuringCheckpoint(number: Int32) throws {
        let before = MemoryFileSystem()
        var earlier = CrashWorkload()
        try earlier.run(on: before)
        try untilClean { call in
            let disk = before.copy()
            var workload = earlier
            let log = try workload.open(disk)
            workload.append([LogFixture.record(2_000_000)], to: log)
            disk.fail(call: call, with: number)
            workload.writeCheckpoint(of: log)
            let isClean = !disk.isTroubled
            disk.heal()
            try workload.checkCheckpoints(of: log, "error \(number) at call \(call) of a checkpoint")
            log.close()
            try workload.check(disk.afterCrash(.lost), "error \(number) at call \(call) of a checkpoint")
            return isClean
        }
    }

    private static func tornLogs() throws -> [TornLog] {
        let logs = try TornLog.some(atMost: 3)
        #expect(logs.count == 3)
        return logs
    }

    /// Runs `body` for 1, 2, 3 … until it says that the call of that number was never made.
    private func untilClean(_ body: (Int) throws -> Bool) throws {
        for call in 1... where try body(call) { return }
    }
}
