import LogStorage
import Logging
import Synchronization

/// Reads in the background what a start does not bring along: the search texts, which only checkpoints hold, and where in
/// the log which actors are, which only a replay tells.
final class StartFiller: Sendable {
    private let texts: SearchTextResolver
    private let state: StoreState
    private let log: any ReadableLog
    private let logger: Logger
    private let worker: BlockingPool
    private let isStopped = Atomic<Bool>(false)

    init(
        state: StoreState,
        log: any ReadableLog,
        background: BackgroundWork,
        logger: Logger
    ) throws(LogError) {
        self.state = state
        self.log = log
        self.logger = logger
        texts = SearchTextResolver(state: state, log: log)
        worker = try BlockingPool(threads: 1, waitingLimit: 8, background: background)
    }

    /// Records of whom it reads the actors, from the newest back: about a gibibyte of the log, so that a start costs the disk
    /// the same however long the log has become.
    private static let recordsForActors: UInt64 = 1 << 24
    /// Records that are read at once: some milliseconds' work.
    private static let recordsAtOnce: UInt64 = 1 << 16

    /// Starts to fill.
    ///
    /// - Parameter position: the last record that the start did not read.
    func start(unreadThrough position: LogSequenceNumber) {
        try? worker.submit { [self] in
            fillTexts()
            fillActors(through: position)
        }
    }

    /// Forgets what waits.
    func abandon() { worker.abandon() }

    /// Ends the filling. Blocks for the little that is under way.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        worker.stop()
    }

    private func fillTexts() {
        var number = 0
        while !isStopped.load(ordering: .relaxed) {
            let page = state.withLock { content -> UserPage? in
                let pages = content.index.users.pages
                while number < pages.count, pages[number].isSearchable { number += 1 }
                return number < pages.count ? pages[number] : nil
            }
            guard let page else { return }
            do throws(LogError) {
                _ = try texts.searchable(page, number: number)
            } catch {
                logger.error("Search texts could not be read, so searches will read them again: \(error)")
                return
            }
            number += 1
        }
    }

    /// Scans the log for nobody in particular: it remembers whom it has seen where.
    private func fillActors(through position: LogSequenceNumber) {
        var pace = BackgroundPace(at: newest)
        var upper = position.rawValue
        let end = upper - min(upper, Self.recordsForActors)
        while upper > end, !isStopped.load(ordering: .relaxed) {
            let lower = upper - min(upper - end, Self.recordsAtOnce)
            do {
                let first = LogSequenceNumber(lower + 1)
                try log.scan(from: first, through: LogSequenceNumber(upper), order: .ascending) { _, _ in .next }
            } catch {
                // Whoever asks for these records is told.
                return
            }
            upper = lower
            pace.pause(at: newest)
        }
    }

    private var newest: LogSequenceNumber { state.withLock { $0.index.users.position } }
}
