import TestSupport
import Testing

@testable import CrashSimulator

@Suite("Simulated crashes")
struct ScenarioTests {
    private static func scenario(_ seed: UInt64, lie: MemoryFileSystem.Call? = nil) -> Scenario {
        var scenario = Scenario(seed: seed) { true }
        scenario.steps = 8
        scenario.lie = lie
        return scenario
    }

    @Test(
        "A seed determines every disk that is found, and the store keeps every promise on it",
        arguments: TestScale.choose([0, 1, 2, 3], short: [0])
    )
    func replay(seed: UInt64) throws {
        var first = Self.scenario(seed)
        try first.run()
        var second = Self.scenario(seed)
        try second.run()
        #expect(first.states > 20)
        #expect(first.states == second.states)
        #expect(first.fingerprint == second.fingerprint)
        var other = Self.scenario(seed + 8)
        try other.run()
        #expect(other.fingerprint != first.fingerprint)
    }

    @Test(
        "A disk that lies about what it has synced is found out",
        arguments: [.syncData, .syncDirectory] as [MemoryFileSystem.Call]
    )
    func lies(call: MemoryFileSystem.Call) throws {
        var failures = 0
        for seed: UInt64 in 0..<4 {
            var scenario = Self.scenario(seed, lie: call)
            do {
                try scenario.run()
            } catch is SimulationFailure {
                failures += 1
            }
        }
        #expect(failures > 0)
    }
}
