import LogStorage
import ToolConsole

/// Does numbered jobs on several threads and hands over what they make in the order of their numbers.
///
/// What is ready waits in bounded memory, however slowly it is taken: beyond that bound only the job whose turn it is
/// goes on, up to a bound of its own.
final class OrderedPipeline: Sendable {
    /// Makes the pieces of one job. `emit` answers whether more is wanted.
    typealias Job = @Sendable (_ number: Int, _ emit: (RowPiece) -> Bool) throws -> Void

    /// What one job has ready.
    private struct Lot: Sendable {
        var pieces: [RowPiece] = []
        var bytes = 0
    }

    private struct State: Sendable {
        /// The next job to be begun.
        var next = 0
        /// The job whose pieces are being handed over.
        var head = 0
        /// What waits, by job.
        var waiting: [Int: Lot] = [:]
        var waitingBytes = 0
        /// Jobs that are done, and why they ended if not well.
        var done: [Int: Result<Void, any Error>] = [:]
        var isStopped = false

        /// Whether the job `number` has to wait before it hands over more.
        func mustWait(_ number: Int, limit: Int) -> Bool {
            let bytes = number == head ? waiting[number]?.bytes ?? 0 : waitingBytes
            return !isStopped && bytes > limit
        }
    }

    private let jobs: Int
    private let threads: Int
    private let work: Job
    private let state = Monitor(State())

    /// Bytes of rows that may wait for their turn.
    private static let waitingLimit = 16 << 20

    /// - Parameters:
    ///   - jobs: how many there are, numbered from 0.
    ///   - threads: how many to use.
    init(jobs: Int, threads: Int, _ work: @escaping Job) {
        self.jobs = jobs
        self.threads = max(1, min(threads, jobs))
        self.work = work
    }

    /// Does all jobs and hands their pieces to `body`, on the calling thread, until it wants no more.
    ///
    /// - Throws: what a job threw, after all pieces that came before.
    func run(_ body: (RowPiece) throws -> ScanControl) throws {
        guard jobs > 0 else { return }
        var workers: [WorkerThread] = []
        defer {
            state.withLockAndWake { $0.isStopped = true }
            for worker in workers { worker.join() }
        }
        for _ in 0..<threads {
            workers.append(try WorkerThread(name: "rows") { [self] in takeJobs() })
        }
        while let pieces = try nextPieces() {
            for piece in pieces where try body(piece) == .stop { return }
        }
    }

    /// What is next to be handed over; `nil` when everything was.
    private func nextPieces() throws -> [RowPiece]? {
        while true {
            // Nothing to wait for once the last job has been handed over.
            if state.withLock({ $0.head == jobs }) { return nil }
            state.wait(while: { $0.waiting[$0.head] == nil && $0.done[$0.head] == nil }, { _ in })
            let (pieces, result) = state.withLockAndWake { state -> ([RowPiece]?, Result<Void, any Error>?) in
                if let lot = state.waiting.removeValue(forKey: state.head) {
                    state.waitingBytes -= lot.bytes
                    return (lot.pieces, nil)
                }
                let result = state.done.removeValue(forKey: state.head)
                state.head += 1
                return (nil, result)
            }
            if let pieces { return pieces }
            try result?.get()
        }
    }

    // MARK: Threads

    private func takeJobs() {
        Interruption.ignoreOnThisThread()
        while let number = begin() {
            let result = Result { try work(number) { emit($0, of: number) } }
            state.withLockAndWake { $0.done[number] = result }
        }
    }

    /// The number of a job that nobody has begun, once it is near enough to its turn.
    private func begin() -> Int? {
        let window = threads * 4
        return state.wait(while: { !$0.isStopped && $0.next < jobs && $0.next >= $0.head + window }) { state -> Int? in
            guard !state.isStopped, state.next < jobs else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func emit(_ piece: RowPiece, of number: Int) -> Bool {
        state.wait(while: { $0.mustWait(number, limit: Self.waitingLimit) }, { _ in })
        return state.withLockAndWake { state in
            guard !state.isStopped else { return false }
            state.waiting[number, default: Lot()].pieces.append(piece)
            state.waiting[number]?.bytes += piece.bytes.count
            state.waitingBytes += piece.bytes.count
            return true
        }
    }
}
