import LogStorage
import Logging
import Synchronization
import UserProfiles

/// Writes the progress of a recovery to the log: every new phase, and a line every two seconds in between.
final class ProgressLog: Sendable {
    private struct State {
        var phase: RecoveryProgress.Phase?
        var written = ContinuousClock.now
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) {
        self.logger = logger
    }

    func note(_ progress: RecoveryProgress) {
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            guard state.phase != progress.phase || state.written.duration(to: now) > .seconds(2) else { return false }
            state = State(phase: progress.phase, written: now)
            return true
        }
        guard isDue else { return }
        logger.info(
            "recovery",
            metadata: [
                "phase": .string(progress.phase.rawValue),
                "replayed": .stringConvertible(progress.replayed),
                "last": .stringConvertible(progress.last),
            ]
        )
    }
}
