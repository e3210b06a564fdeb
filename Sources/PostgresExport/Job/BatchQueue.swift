import LogStorage

/// Prepares batches on a thread of its own, so that the next one is ready when PostgreSQL has taken the one before.
final class BatchQueue: Sendable {
    private struct State: Sendable {
        var ready: [ExportBatch] = []
        /// How the reading ended; `nil` while it goes on.
        var result: Result<Void, any Error>?
        var isStopped = false
    }

    private let state = Monitor(State())
    private let thread = Monitor<WorkerThread?>(nil)

    /// Batches that wait to be taken; two, so that neither side waits for the other's every step.
    private static let waitingLimit = 2

    /// Begins to read up to `end`.
    init(_ reader: BatchReader, to end: LogSequenceNumber) throws(SystemCallError) {
        let worker = try WorkerThread(name: "batches") { [self] in
            var reader = reader
            let result = Result { while try make(&reader, end) {} }
            state.withLockAndWake { $0.result = result }
        }
        thread.withLock { $0 = worker }
    }

    /// The next batch; `nil` when there are no more.
    ///
    /// - Throws: what kept a batch from being made, after all batches before it.
    func next() throws -> ExportBatch? {
        state.wait(while: { $0.ready.isEmpty && $0.result == nil }, { _ in })
        return try state.withLockAndWake { state in
            if !state.ready.isEmpty { return state.ready.removeFirst() }
            try state.result?.get()
            return nil
        }
    }

    /// Ends the thread, soon.
    func stop() {
        state.withLockAndWake { $0.isStopped = true }
        thread.withLock { $0 }?.join()
    }

    private func make(_ reader: inout BatchReader, _ end: LogSequenceNumber) throws -> Bool {
        guard let batch = try reader.next(to: end) else { return false }
        state.wait(while: { $0.ready.count >= Self.waitingLimit && !$0.isStopped }, { _ in })
        return state.withLockAndWake { state in
            guard !state.isStopped else { return false }
            state.ready.append(batch)
            return true
        }
    }
}
