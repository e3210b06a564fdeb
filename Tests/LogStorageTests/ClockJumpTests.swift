import Logging
import TestSupport
import Testing

@testable import LogStorage

@Suite("A wall clock that jumps")
struct ClockJumpTests {
    private static let hour: Int64 = 3_600_000_000

    /// Both clocks of a machine, which stand still unless a test moves them.
    private final class Clocks: Sendable {
        private let times = Monitor((wall: Int64(1_800_000_000_000_000), uptime: ContinuousClock.now))

        func move(wall: Int64, uptime: Int64) {
            times.withLock { times in
                times.wall += wall
                times.uptime += .microseconds(uptime)
            }
        }

        func configuration(_ disk: MemoryFileSystem, accepting: Bool = false) -> LogConfiguration {
            var configuration = LogFixture(disk: disk).configuration
            configuration.now = { LogTimestamp(microseconds: self.times.withLock { $0.wall }) }
            configuration.uptime = { self.times.withLock { $0.uptime } }
            configuration.acceptsClock = accepting
            return configuration
        }
    }

    private let clocks = Clocks()
    private let disk = MemoryFileSystem()

    private func open(accepting: Bool = false) throws -> WriteAheadLog {
        try WriteAheadLog.open(
            clocks.configuration(disk, accepting: accepting),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func expectJump(_ body: () throws -> Void) {
        #expect(throws: LogError.self) { try body() }
        do { try body() } catch { #expect((error as? LogError)?.code == .clockJumped, "\(error)") }
    }

    @Test("A day or less is no jump, nor is time that passed on both clocks, such as a machine's sleep")
    func noJump() throws {
        let log = try open()
        try LogFixture.fill(log, batches: [1])
        for (wall, uptime) in [(24, 0), (-47, 0), (23, 0), (240, 240), (2_000_000, 2_000_000)] as [(Int64, Int64)] {
            clocks.move(wall: wall * Self.hour, uptime: uptime * Self.hour)
            try log.checkEnvironment()
            try LogFixture.fill(log, batches: [1])
        }
        log.close()
        #expect(disk["/data/clock-jumped"] == nil)
    }

    @Test(
        "More than a day, back too, stops writes until a start accepts the clock; reads and checkpoints go on",
        arguments: [25, -25, 270 * 365 * 24, -50 * 365 * 24] as [Int64]
    )
    func jump(hours: Int64) throws {
        let log = try open()
        try LogFixture.fill(log, batches: [2])
        clocks.move(wall: hours * Self.hour, uptime: 0)
        let writes = disk.count(of: .write)
        let error = try #require(throws: LogError.self) { try LogFixture.fill(log, batches: [1]) }
        #expect(error.code == .clockJumped && error.description.contains("--accept-clock"), "\(error)")
        #expect(error.message.contains(hours > 0 ? "forward" : "back"), "\(error)")
        #expect(log.poison == nil)
        // When it jumps back, it cannot be believed any more either.
        clocks.move(wall: -hours * Self.hour, uptime: 0)
        expectJump { try LogFixture.fill(log, batches: [1]) }
        expectJump { try log.checkEnvironment() }
        #expect(try LogFixture.records(of: log).count == 2)
        try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) }
        log.close()
        // Only the note and the checkpoint were written.
        #expect(disk.count(of: .write) > writes && disk["/data/clock-jumped"] != nil)
        let again = try open()
        expectJump { try LogFixture.fill(again, batches: [1]) }
        again.close()
        let accepted = try open(accepting: true)
        try LogFixture.fill(accepted, batches: [1])
        accepted.close()
        #expect(disk["/data/clock-jumped"] == nil)
        let last = try open()
        try LogFixture.fill(last, batches: [1])
        #expect(last.last.lsn == LogSequenceNumber(4))
        last.close()
    }

    @Test("A jump is noticed without a write")
    func noticed() throws {
        let log = try open()
        try log.checkEnvironment()
        clocks.move(wall: 25 * Self.hour, uptime: 0)
        expectJump { try log.checkEnvironment() }
        expectJump { try LogFixture.fill(log, batches: [1]) }
        log.close()
    }

    @Test("A start more than a day before the last record writes nothing unless the clock is accepted")
    func behindTheLog() throws {
        let log = try open()
        try LogFixture.fill(log, batches: [1])
        log.close()
        clocks.move(wall: -25 * Self.hour, uptime: 0)
        let behind = try open()
        expectJump { try LogFixture.fill(behind, batches: [1]) }
        behind.close()
        let accepted = try open(accepting: true)
        try LogFixture.fill(accepted, batches: [1])
        let times = try LogFixture.records(of: accepted).map(\.header.time)
        #expect(times[1] == times[0].advanced(byMicroseconds: 1))
        accepted.close()
    }

    @Test("If the note cannot be written, the process itself refuses all the same")
    func noNote() throws {
        let log = try open()
        try LogFixture.fill(log, batches: [1])
        disk.fail { call, path in path.hasSuffix("clock-jumped.tmp") ? 28 : nil }
        clocks.move(wall: 25 * Self.hour, uptime: 0)
        expectJump { try LogFixture.fill(log, batches: [1]) }
        log.close()
    }
}
