import Logging

/// Keeps the Merkle tree of the log, on a thread of its own behind the commits.
///
/// New records come through a queue. After a start, and whenever the queue would grow too long, the builder reads the
/// records from the log instead.
final class TreeBuilder: Sendable {
    /// A record whose leaf is to be appended.
    struct Leaf: Sendable {
        let header: RecordHeader
        let json: [UInt8]
    }

    private struct State {
        var tree: MerkleFrontier
        /// Leaves that follow each other; they are of use if the first is the one that the tree lacks next.
        var queue: [Leaf] = []
        /// Bytes of JSON in ``queue``.
        var queuedBytes = 0
        /// The end of the log.
        var target: UInt64
        var failure: LogError?
        var isClosed = false

        /// Callers of ``TreeBuilder/current()`` that wait.
        var waiting = 0

        var isBehind: Bool { tree.size < target }

        /// Whether it is time to go on. A few records are left lying: to wake the thread for each commit would take the
        /// processor from the requests that are just being answered.
        var isDue: Bool {
            isBehind && failure == nil && (waiting > 0 || queue.isEmpty || queuedBytes >= TreeBuilder.dueBytes)
        }

        var isWorkLeft: Bool { isBehind && failure == nil && !isClosed }

        mutating func takeQueue() -> [Leaf] {
            defer {
                queue.removeAll(keepingCapacity: true)
                queuedBytes = 0
            }
            return queue
        }
    }

    /// Reads the records after `size` from the log, some at a time, and hands them over in order.
    typealias Source =
        @Sendable (_ after: LogSequenceNumber, _ through: LogSequenceNumber, _ leaf: (Leaf) -> Void) throws -> Void

    private let state: Monitor<State>
    private let source = Monitor<Source?>(nil)
    private let background: BackgroundWork
    private let logger: Logger
    private let thread = WorkerThreadHolder()

    /// Bytes of JSON that may wait; beyond it the records are dropped here and read from the log when their turn comes.
    private static let maximumQueuedBytes = 8 << 20
    /// Bytes of JSON for which the thread wakes up; about a thousand records, or two milliseconds of hashing.
    private static let dueBytes = 256 << 10
    /// Records that are read from the log before the tree is updated.
    private static let recordsReadAtOnce: UInt64 = 8_192

    init(tree: MerkleFrontier, target: LogSequenceNumber, background: BackgroundWork, logger: Logger) {
        state = Monitor(State(tree: tree, target: target.rawValue))
        self.background = background
        self.logger = logger
    }

    /// Starts the thread.
    ///
    /// - Parameter source: reads records that did not come through the queue, or not in time.
    func start(_ source: @escaping Source) throws(LogError) {
        guard background == .threads else { return self.source.withLock { $0 = source } }
        try thread.start(name: "merkle") { [weak self] in self?.run(source) }
    }

    /// Takes note of records that were committed.
    func add(_ leaves: [Leaf]) {
        let isDue = state.withLock { state in
            state.target += UInt64(leaves.count)
            let bytes = leaves.reduce(0) { $0 + $1.json.count }
            if state.failure != nil || state.queuedBytes + bytes > Self.maximumQueuedBytes {
                _ = state.takeQueue()
            } else {
                state.queue.append(contentsOf: leaves)
                state.queuedBytes += bytes
            }
            return state.isDue
        }
        if isDue { state.withLockAndWake { _ in } }
    }

    /// Waits for the tree over all records that were added so far.
    ///
    /// - Throws: what kept the records from being read. The next call tries again.
    func current() throws(LogError) -> MerkleFrontier {
        state.withLockAndWake { $0.waiting += 1 }
        if let source = source.withLock({ $0 }) { while state.withLock({ $0.isWorkLeft }) { step(source) } }
        let (tree, failure) = state.wait(while: \.isWorkLeft) { state in
            defer {
                state.failure = nil
                state.waiting -= 1
            }
            return (state.tree, state.isBehind ? state.failure ?? LogError(.stopped, "the log is closing") : nil)
        }
        guard let failure else { return tree }
        state.withLockAndWake { _ in }
        throw failure
    }

    func close() {
        state.withLockAndWake { $0.isClosed = true }
        thread.join()
    }

    private enum Work {
        case queued(MerkleFrontier, [Leaf])
        case read(MerkleFrontier, through: LogSequenceNumber)
        case none
    }

    private func run(_ source: Source) {
        while step(source) {}
    }

    /// Waits for work and does it.
    ///
    /// - Returns: false when closed.
    @discardableResult
    private func step(_ source: Source) -> Bool {
        let work = state.wait(while: { !$0.isClosed && !$0.isDue }) { state -> Work in
            if state.isClosed { return .none }
            let queued = state.takeQueue()
            if let first = queued.first, first.header.lsn.rawValue == state.tree.size + 1 {
                return .queued(state.tree, queued)
            }
            let through = min(state.target, state.tree.size + Self.recordsReadAtOnce)
            return .read(state.tree, through: LogSequenceNumber(through))
        }
        switch work {
        case .none: return false
        case .queued(let tree, let leaves): append(leaves, to: tree)
        case .read(let tree, let through): read(source, to: tree, through: through)
        }
        return true
    }

    private func append(_ leaves: [Leaf], to tree: MerkleFrontier) {
        var tree = tree
        var scratch = ByteWriter()
        for leaf in leaves {
            tree.append(.leaf(leaf.header, json: leaf.json, scratch: &scratch))
        }
        publish(tree)
    }

    private func read(_ source: Source, to tree: MerkleFrontier, through: LogSequenceNumber) {
        var tree = tree
        var scratch = ByteWriter()
        do {
            try source(LogSequenceNumber(tree.size), through) { leaf in
                tree.append(.leaf(leaf.header, json: leaf.json, scratch: &scratch))
            }
            publish(tree)
        } catch {
            let failure = error as? LogError ?? LogError(.io, "the log could not be read: \(error)")
            logger.error("the Merkle tree cannot be continued", metadata: ["reason": "\(failure)"])
            state.withLockAndWake { $0.failure = failure }
        }
    }

    private func publish(_ tree: MerkleFrontier) {
        state.withLockAndWake { $0.tree = tree }
    }
}
