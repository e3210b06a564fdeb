import LogStorage
import Logging
import Synchronization

/// Reads the search texts that a start from the log does not bring along, page by page, in the background.
final class SearchTextFiller: Sendable {
    private let texts: SearchTextResolver
    private let state: StoreState
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
        self.logger = logger
        texts = SearchTextResolver(state: state, log: log)
        worker = try BlockingPool(threads: 1, waitingLimit: 8, background: background)
    }

    /// Starts to fill from the first page on.
    func start() {
        try? worker.submit { [self] in fill() }
    }

    /// Forgets what waits.
    func abandon() { worker.abandon() }

    /// Ends the filling after the page under way. Blocks until then.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        worker.stop()
    }

    private func fill() {
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
}
