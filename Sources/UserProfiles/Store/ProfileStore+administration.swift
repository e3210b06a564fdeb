import Dispatch
public import LogStorage
import Logging

extension ProfileStore {
    /// Writes a checkpoint of the index as it is now, so that the next start is fast.
    ///
    /// - Throws: ``ProfileError/Code/diskFull``, ``ProfileError/Code/stopping`` or ``ProfileError/Code/damaged``.
    public func checkpoint() async throws(ProfileError) -> CheckpointReport {
        let result = await withCheckedContinuation { continuation in
            checkpoints.make({ [commits] command throws(LogError) in try commits.submit(command, bytes: 0) }) {
                continuation.resume(returning: $0)
            }
        }
        return try result.get()
    }

    /// The store at a glance.
    public var status: StoreStatus {
        let waiting = commits.depth
        let damage = log.readDamage.map(\.description).sorted()
        // Inside the lock, because a copy of the index taken out of it would make the next change copy pages.
        return state.withLock { content in
            let users = content.index.users
            let extent = log.extent
            return StoreStatus(
                storeID: log.storeID,
                records: users.position.rawValue,
                liveUsers: users.liveCount,
                deletedUsers: users.deletedCount,
                lastLSN: users.position,
                lastTime: users.position == .zero ? nil : users.time,
                poisoned: content.poisoned,
                clockJump: content.clockJump,
                diskFull: content.diskFull,
                checkpointLSN: content.checkpointLSN,
                checkpointTime: content.checkpointTime,
                verifiedFrom: verifiedFrom,
                readDamage: damage,
                waitingWrites: waiting,
                searchableUsers: users.searchableCount,
                indexBytes: content.index.footprint,
                logBytes: extent.bytes,
                segments: extent.segments,
                clockSteps: extent.clockSteps
            )
        }
    }

    /// Looks for what must not change while the store is open: where the path of its directory leads, and the clock. Stops
    /// writing if it has changed. Blocks for a few system calls.
    public func checkEnvironment() {
        do throws(LogError) {
            try log.checkEnvironment()
        } catch {
            switch error.code {
            case .poisoned: _ = state.poison(error.description)
            case .clockJumped: _ = state.stopForClock(error.description)
            default:
                logger.error("It cannot be checked whether the data directory is still in its place: \(error)")
            }
        }
    }

    /// The files that the log consists of; `nil` for a log that has none.
    public var files: LogFiles? { log.files }

    /// Takes no more writes, finishes those that wait, makes a checkpoint and closes the log.
    ///
    /// Further calls return at once; reads may go on until the store is let go.
    public func close() async {
        guard state.close() else { return }
        if configuration.checkpointAtClose, state.withLock({ $0.poisoned == nil }) {
            do throws(ProfileError) {
                _ = try await checkpoint()
            } catch {
                logger.warning("No checkpoint was made at the stop, so the next start replays more: \(error)")
            }
        }
        guard configuration.log.background == .threads else { return stopThreads() }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // Joining threads blocks, so it happens on none of them and not on the cooperative pool.
            DispatchQueue(label: "profile-store-shutdown").async { [self] in
                stopThreads()
                continuation.resume()
            }
        }
    }

    /// Does some of the waiting work on the calling thread, for a store that has no threads.
    ///
    /// - Returns: false if there was none.
    package func workOff(_ work: StoreWork) -> Bool {
        switch work {
        case .preparation: pool.workOff()
        case .commit: commits.workOff()
        case .checkpoint: checkpoints.workOff()
        }
    }

    /// Forgets all waiting work and lets go of the data directory without a further write, as the death of the process
    /// would; for a store that has no threads.
    package func abandon() {
        pool.abandon()
        commits.abandon()
        checkpoints.abandon()
        filler.abandon()
        log.close()
    }

    /// Stops each thread after those that feed it, and then the log.
    private func stopThreads() {
        pool.stop()
        commits.stop()
        checkpoints.stop()
        filler.stop()
        log.close()
    }
}
