import TestSupport
import Testing

@testable import LogStorage

/// A fixed series of batches and checkpoints on a log of tiny segments, and what must be found of it afterwards.
struct CrashWorkload {
    /// Records that were acknowledged, in the order of their LSNs.
    private(set) var acknowledged: [PreparedRecord] = []
    /// A batch behind them that got an error which leaves open whether it was written.
    private(set) var uncertain: [PreparedRecord] = []
    /// The last record of the newest checkpoint that was acknowledged.
    private(set) var checkpoint = LogSequenceNumber.zero

    private let clock = ManualClock()

    static let batches: [[PreparedRecord]] = {
        var next: UInt64 = 1
        return [1, 7, 40, 3, 26, 1, 18, 2, 40, 9].map { size in
            defer { next += UInt64(size) }
            return (0..<UInt64(size)).map { LogFixture.record(next + $0) }
        }
    }()
    private static let batchesBeforeCheckpoint = 4

    func open(_ disk: MemoryFileSystem) throws -> WriteAheadLog {
        var fixture = LogFixture(disk: disk, segmentBytes: 4_096)
        fixture.now = { [clock] in clock.now() }
        fixture.background = .caller
        return try fixture.open()
    }

    /// Opens the log and submits all batches, on until the end whatever fails.
    mutating func run(on disk: MemoryFileSystem) throws {
        let log: WriteAheadLog
        do {
            log = try open(disk)
        } catch let error as LogError {
            return #expect([.io, .diskFull].contains(error.code), "\(error)")
        }
        defer { log.close() }
        for (index, batch) in Self.batches.enumerated() {
            append(batch, to: log)
            if index % Self.batchesBeforeCheckpoint == Self.batchesBeforeCheckpoint - 1 { writeCheckpoint(of: log) }
        }
        let records = try LogFixture.records(of: log)
        #expect(records.map(\.payload) == acknowledged.map(\.payload.json), "reads go on, and show what is durable")
    }

    /// Appends, and checks that a failure says what it means.
    mutating func append(_ batch: [PreparedRecord], to log: WriteAheadLog) {
        let wasPoisoned = log.poison != nil
        let end = log.last.lsn
        do throws(LogError) {
            let receipt = try log.append(batch)
            #expect(!wasPoisoned && receipt.first == end.next)
            acknowledged += batch
        } catch {
            #expect(error.code == .poisoned || error.code == .diskFull && !wasPoisoned, "\(error)")
            #expect((error.code == .poisoned) == (log.poison != nil))
            #expect(log.last.lsn == end)
            if error.code != .diskFull && !wasPoisoned { uncertain = batch }
        }
    }

    /// Writes a checkpoint; whatever happens, those before it can be read.
    mutating func writeCheckpoint(of log: WriteAheadLog) {
        do {
            let position = try log.checkpointPosition()
            try log.writeCheckpoint(position) { write in
                for block in Self.blocks(of: position.lsn) { try write(block) }
            }
            checkpoint = position.lsn
        } catch {
            #expect([.io, .diskFull].contains((error as? LogError)?.code), "\(error)")
        }
    }

    private static func blocks(of lsn: LogSequenceNumber) -> [[UInt8]] {
        [Array("checkpoint \(lsn)".utf8), Array(repeating: UInt8(truncatingIfNeeded: lsn.rawValue), count: 1_500)]
    }

    // MARK: What must be found

    /// Opens the log on what is left of the disk, and checks all that was promised.
    func check(_ disk: MemoryFileSystem, _ situation: String) throws {
        let found = try checkOpening(disk, situation) { log, payloads in
            let head = try log.checkpointPosition().tree.head
            #expect(head.bytes == MerkleReference.head(of: try LogFixture.records(of: log)), "\(situation)")
            // What can be read is durable, also what the process before had written and not synced.
            let lost = try checkOpening(disk.afterCrash(.lost), "\(situation), then lost") { _, _ in }
            #expect(lost == payloads, "visible means durable; \(situation)")
            _ = try log.append(Self.more)
        }
        let again = try checkOpening(disk.afterCrash(.lost), "\(situation), then appended", more: Self.more) { _, _ in }
        #expect(again == found + Self.more.map(\.payload.json), "\(situation)")
    }

    private static let more = (1_000_000..<1_000_005).map { LogFixture.record($0) }

    /// - Returns: the payloads of all records, in order.
    private func checkOpening(
        _ disk: MemoryFileSystem,
        _ situation: String,
        more: [PreparedRecord] = [],
        _ body: (WriteAheadLog, _ payloads: [[UInt8]]) throws -> Void
    ) throws -> [[UInt8]] {
        let log: WriteAheadLog
        do {
            log = try open(disk)
        } catch {
            Issue.record("the log does not open: \(error); \(situation)")
            throw error
        }
        defer { log.close() }
        let records = try LogFixture.records(of: log)
        let payloads = records.map(\.payload)
        let without = (acknowledged + more).map(\.payload.json)
        let with = (acknowledged + uncertain + more).map(\.payload.json)
        #expect(
            payloads == without || payloads == with,
            "\(payloads.count) records, not \(without.count) or \(with.count); \(situation)"
        )
        #expect(records.map(\.header.lsn.rawValue) == (0..<UInt64(records.count)).map { $0 + 1 }, "\(situation)")
        try checkCheckpoints(of: log, situation)
        try body(log, payloads)
        return payloads
    }

    /// Whatever has a checkpoint's name is a whole checkpoint, and none that was acknowledged is missing.
    func checkCheckpoints(of log: WriteAheadLog, _ situation: String) throws {
        let checkpoints = try log.checkpoints()
        #expect(checkpoints.first?.lsn ?? .zero >= checkpoint, "\(situation)")
        for checkpoint in checkpoints {
            var blocks: [[UInt8]] = []
            #expect(throws: Never.self, "\(situation)") { try log.readCheckpoint(checkpoint) { blocks.append($0) } }
            #expect(blocks == Self.blocks(of: checkpoint.lsn), "\(situation)")
        }
    }
}
