import Dispatch
import LogStorage
import Synchronization

/// Stops a store's threads, each after those that feed it, and then its log.
///
/// It lets go of all of them before it says that it is done, so that whoever waits for it can open the data directory
/// again at once.
final class StoreShutdown: Sendable {
    private struct Parts: Sendable {
        let preparers: BlockingPool
        let commits: CommitQueue<StoreCommand>
        let checkpoints: CheckpointMaker
        let filler: SearchTextFiller
        let log: any ProfileLog
    }

    private let parts: Mutex<Parts?>

    init(_ store: ProfileStore) {
        parts = Mutex(
            Parts(
                preparers: store.preparers,
                commits: store.commits,
                checkpoints: store.checkpoints,
                filler: store.filler,
                log: store.log
            )
        )
    }

    /// Suspends until all is stopped.
    func run() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // Joining threads blocks, so it happens on none of them and not on the cooperative pool.
            DispatchQueue(label: "profile-store-shutdown").async { [self] in
                stop()
                continuation.resume()
            }
        }
    }

    private func stop() {
        guard let parts = parts.withLock({ $0.take() }) else { return }
        parts.preparers.stop()
        parts.commits.stop()
        parts.checkpoints.stop()
        parts.filler.stop()
        parts.log.close()
    }
}
