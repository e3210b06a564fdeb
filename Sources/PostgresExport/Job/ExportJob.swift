package import LogStorage

/// Copies the changes of a source to PostgreSQL, each exactly once.
///
/// A batch of changes, the users after it and the number of its last change are one transaction. Whatever happens, the
/// number tells what is there, and the next batch begins behind it.
package final class ExportJob {
    /// What is to be done.
    package struct Settings: Sendable {
        package var target: ConnectionTarget
        package var schema = "public"
        /// Changes in a transaction.
        package var batch = 10_000
        /// How long a lost connection is tried again.
        package var retryLimit = Duration.seconds(60)
        /// Whether to wait for new changes at the end.
        package var follows = false
        /// Ends the statement that the job waits for.
        package let canceller = StatementCanceller()

        package init(target: ConnectionTarget) {
            self.target = target
        }
    }

    /// What was done.
    package struct Summary: Sendable {
        package var rows: UInt64 = 0
        /// The last change that is in PostgreSQL.
        package var lastLSN = LogSequenceNumber.zero
        /// Values that PostgreSQL could not hold, by column.
        package var substitutions = SubstitutionCounts()
    }

    private let source: any RecordSource
    private let settings: Settings
    private let observer: any ExportObserver
    private var session: ExportSession?
    private var backoff: Backoff
    /// Whether the state could be read once: then what keeps the next connection away may pass.
    private var wasConnected = false
    /// What was done so far.
    package private(set) var summary = Summary()

    package init(_ source: any RecordSource, _ settings: Settings, _ observer: any ExportObserver) {
        self.source = source
        self.settings = settings
        self.observer = observer
        backoff = Backoff(limit: settings.retryLimit)
    }

    /// Exports everything up to the end of the source, or for ever.
    ///
    /// - Throws: ``PostgresError``, ``ExportRefusal``, or what the source throws. What was committed stays.
    @discardableResult
    package func run() throws -> Summary {
        while true {
            do {
                try exportAll()
                return summary
            } catch is StateMoved {
                // Another job has gone on from where this one was, so this one goes on from there.
                continue
            } catch let error as PostgresError where observer.isInterrupted && error.sqlState == "57014" {
                // query_canceled: the batch was taken back, because the job was asked to end.
                guard wasConnected else { throw PostgresError(.unavailable, "\(error), before anything was written") }
                return summary
            } catch let error where mayPass(error) {
                session = nil
                guard let pause = backoff.next() else { throw error }
                observer.retries(after: pause, because: error)
                observer.wait(milliseconds: Int32(clamping: Int64(pause / .milliseconds(1))))
                if observer.isInterrupted { throw error }
            }
        }
    }

    /// Whether the same can go well later.
    private func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError: error.kind == .unavailable || (wasConnected && session == nil)
        // Another job or a verification has the lock; or a session that was lost, until the server has noticed.
        case let error as ExportRefusal: error.reason == .busy && wasConnected
        case let error as any RetryableError: error.mayPass
        default: false
        }
    }

    /// Exports with one connection.
    private func exportAll() throws {
        let end = try source.end()
        let session = try connect()
        let (storeID, root) = (try source.storeID(), try source.tree(through: .zero).map { "\($0.root)" })
        var state = try session.transaction { try session.state() ?? session.begin(storeID, treeRoot: root) }
        wasConnected = true
        let tree = try StateCheck(source: source, schema: settings.schema).tree(state, end: end)
        // A connection alone is no success: what comes next may be what breaks it.
        if state.lastLSN == end { backoff.reset() }
        summary.lastLSN = state.lastLSN
        observer.started(at: state, end: end)
        let reader = BatchReader(source, size: settings.batch, after: state.lastLSN, state.lastTime, tree)
        state = try write(reader, to: end, state, session)
        if observer.isInterrupted { return }
        if settings.follows {
            // Read again for the time of the last record.
            return try follow(try session.transaction { try session.state() } ?? state, session)
        }
        try source.checkEnd()
    }

    private func connect() throws -> ExportSession {
        if let session { return session }
        let session = try ExportSession(settings)
        self.session = session
        return session
    }

    /// Writes what the source has up to `end`, the next batch being read while one is written.
    private func write(
        _ reader: BatchReader,
        to end: LogSequenceNumber,
        _ state: ExportState,
        _ session: ExportSession
    ) throws -> ExportState {
        let queue = try BatchQueue(reader, to: end)
        defer { queue.stop() }
        var state = state
        while !observer.isInterrupted, let batch = try queue.next() {
            state = try write(batch, of: end, state, session)
        }
        return state
    }

    private func write(
        _ batch: ExportBatch,
        of end: LogSequenceNumber,
        _ state: ExportState,
        _ session: ExportSession
    ) throws -> ExportState {
        let clock = ContinuousClock()
        let start = clock.now
        let state = try session.write(batch, after: state)
        backoff.reset()
        summary.rows += UInt64(batch.rows.rows.count)
        summary.lastLSN = state.lastLSN
        summary.substitutions.add(batch.rows.substitutions)
        observer.wrote(batch, of: end, seconds: (clock.now - start) / .seconds(1))
        return state
    }

    /// Writes changes as they come.
    private func follow(_ state: ExportState, _ session: ExportSession) throws {
        var state = state
        let tree = try source.tree(through: state.lastLSN)
        var reader = BatchReader(source, size: settings.batch, after: state.lastLSN, state.lastTime, tree)
        while !observer.isInterrupted {
            let end = try source.end()
            while !observer.isInterrupted, let batch = try reader.next(to: end) {
                state = try write(batch, of: end, state, session)
            }
            if !observer.isInterrupted { observer.wait(milliseconds: source.pauseInMilliseconds) }
        }
    }
}
