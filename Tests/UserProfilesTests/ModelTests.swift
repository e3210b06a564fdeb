import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct ModelTests {
    @Test(
        "Random changes, restarts and checkpoints leave every present and past state as a plain model has it",
        arguments: [StoreFixture.Backing.memoryLog, .writeAheadLog],
        TestScale.choose([1, 2] as [UInt64], short: [1])
    )
    func agreesWithModel(_ backing: StoreFixture.Backing, _ seed: UInt64) async throws {
        let steps = TestScale.choose(1_500, short: 750)
        let fixture = try StoreFixture(backing) {
            $0.recordsPerCheckpoint = 150
            // With a checkpoint at each stop no restart would have a record to replay.
            $0.checkpointAtClose = seed.isMultiple(of: 2)
        }
        var run = try ModelRun(fixture, seed: seed)
        for step in 1...steps {
            try await run.step()
            if step % 250 == 0, step < steps { try run.checkEverything(instants: 10) }
        }
        try run.checkEverything(instants: nil)
        try await run.close()
    }
}
