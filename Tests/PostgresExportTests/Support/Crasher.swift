import Foundation
import Synchronization
import TestSupport
import Testing

/// Lets a database server crash at moments that nobody knows, four times in all, and starts it again.
final class Crasher: Sendable {
    private struct State {
        var random = SeededGenerator(seed: 5)
        var crashes = 0
        var isDue = false
        var isDown = false
        /// Waits since the crash.
        var waits = 0
    }

    private let cluster: TestDatabase
    private let state = Mutex(State())

    init(_ cluster: TestDatabase) {
        self.cluster = cluster
    }

    var crashes: Int { state.withLock { $0.crashes } }

    /// Makes the server crash from another thread, within some milliseconds.
    func crashSoon() {
        let pause = state.withLock { state -> Double? in
            guard state.crashes < 4, !state.isDue, !state.isDown else { return nil }
            state.isDue = true
            return Double.random(in: 0...0.02, using: &state.random)
        }
        guard let pause else { return }
        Thread { [self] in
            Thread.sleep(forTimeInterval: pause)
            state.withLock { state in
                #expect(throws: Never.self) { try cluster.crash() }
                state.crashes += 1
                state.isDue = false
                state.isDown = true
                state.waits = 0
            }
        }.start()
    }

    /// Waits for a crash that is still due, and starts the server if it is down.
    func settle() throws {
        try Command.wait { state.withLock { !$0.isDue } }
        for _ in 0..<2 { startAgain() }
    }

    /// Starts the server at the second wait after a crash.
    func startAgain() {
        state.withLock { state in
            guard state.isDown else { return }
            state.waits += 1
            guard state.waits >= 2 else { return }
            #expect(throws: Never.self) { try cluster.start() }
            state.isDown = false
        }
    }
}
