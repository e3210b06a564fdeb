import LogStorage
import Logging
import UserProfiles

/// Writes the progress of a recovery to the log, a line a second; a start that is quicker writes none.
final class ProgressLog: Sendable {
    private let logger: Logger
    private let written = Monitor(ContinuousClock.now)

    init(logger: Logger) {
        self.logger = logger
    }

    func note(_ progress: RecoveryProgress) {
        let isDue = written.withLock { written in
            let now = ContinuousClock.now
            guard written.duration(to: now) >= .seconds(1) else { return false }
            written = now
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
