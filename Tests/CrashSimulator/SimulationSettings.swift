import LogStorage
import Logging
import TestSupport
import UserProfiles

/// How the stores of one run are kept, the same before and after a crash.
struct SimulationSettings: Sendable {
    let segmentBytes: Int
    let recordsPerCheckpoint: Int
    let clock = ManualClock()
    private let storeIDs: Monitor<SeededGenerator>

    static let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
    static let directory = "/data"

    init(_ chance: inout SeededGenerator) {
        segmentBytes = [1_200, 2_000, 4_096].randomElement(using: &chance) ?? 4_096
        storeIDs = Monitor(SeededGenerator(seed: chance.next()))
        recordsPerCheckpoint = [5, 15, 1_000].randomElement(using: &chance) ?? 15
    }

    func configuration(_ disk: MemoryFileSystem) -> ProfileStoreConfiguration {
        var log = LogConfiguration(directory: Self.directory)
        log.segmentBytes = segmentBytes
        log.now = { [clock] in clock.now() }
        log.fileSystem = disk
        log.background = .caller
        log.newStoreID = { [storeIDs] in storeIDs.withLock { StoreID.random(using: &$0) } }
        var configuration = ProfileStoreConfiguration(log: log)
        configuration.recordsPerCheckpoint = recordsPerCheckpoint
        return configuration
    }
}
