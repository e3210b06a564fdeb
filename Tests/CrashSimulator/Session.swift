import LogStorage
import TestSupport

/// The scenarios of one call of the program, shared out among threads.
final class Session: Sendable {
    private struct State {
        var nextSeed: UInt64
        var scenarios = 0
        var states = 0
        var fingerprints: [UInt64: Fingerprint] = [:]
        var failure: (seed: UInt64, error: any Error)?
    }

    private let state: Monitor<State>
    private let first: UInt64
    private let states: Int
    private let runs: Int
    private let start = ContinuousClock.now
    private let end: ContinuousClock.Instant?

    init(first: UInt64, states: Int, runs: Int, end: ContinuousClock.Instant?) {
        self.first = first
        self.states = states
        self.runs = runs
        self.end = end
        state = Monitor(State(nextSeed: first))
    }

    /// The first promise that was not kept.
    var failure: (seed: UInt64, error: any Error)? { state.withLock { $0.failure } }

    var summary: String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return state.withLock { state in
            """
            \(state.states) crash states in \(state.scenarios) scenarios from seed \(first) on, \
            fingerprint \(fingerprint(state)), \(Int(seconds)) seconds: \
            \(state.failure == nil ? "every promise was kept" : "A PROMISE WAS NOT KEPT")
            """
        }
    }

    /// Runs scenarios until it is time to end.
    func work() {
        while let seed = next() {
            var scenario = Scenario(seed: seed) { [self] in isTime }
            do {
                try scenario.run()
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = (seed, error) } }
            }
            let (checked, fingerprint) = (scenario.states, scenario.fingerprint)
            state.withLock { state in
                state.states += checked
                state.scenarios += 1
                state.fingerprints[seed] = fingerprint
            }
        }
    }

    private func fingerprint(_ state: State) -> Fingerprint {
        state.fingerprints.sorted { $0.key < $1.key }.reduce(into: Fingerprint()) { $0.add($1.value) }
    }

    private func next() -> UInt64? {
        state.withLock { state in
            guard state.failure == nil, state.states < states, state.nextSeed - first < UInt64(runs), isTime else {
                return nil
            }
            defer { state.nextSeed += 1 }
            return state.nextSeed
        }
    }

    private var isTime: Bool { end.map { ContinuousClock.now < $0 } ?? true }
}
