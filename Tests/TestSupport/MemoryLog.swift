package import LogStorage
package import UserProfiles

/// A log in memory: deterministic, and failing or waiting when a test wants it to.
package final class MemoryLog: ProfileLog, CheckpointKeeper {
    private struct State: Sendable {
        var records: [StoredRecord] = []
        var checkpoints: [(lsn: LogSequenceNumber, blocks: [[UInt8]])] = []
        var appendFailure: LogError?
        var readFailure: LogError?
        var checkpointFailure: LogError?
        var checkpointAttempts = 0
        var beforeAppend: (@Sendable () -> Void)?
        var beforeDurable: (@Sendable () -> Void)?
        var reads = 0
        var scans: [ClosedRange<LogSequenceNumber>] = []
        var scanned = 0
    }

    private let state = Monitor(State())
    private let clock: ManualClock

    package init(clock: ManualClock = ManualClock()) {
        self.clock = clock
    }

    // MARK: What tests do to it

    /// Every append from now on throws `failure`; `nil` ends that.
    package func failAppends(_ failure: LogError?) {
        state.withLock { $0.appendFailure = failure }
    }

    /// Every read and every scan from now on throws `failure`; `nil` ends that.
    package func failReads(_ failure: LogError?) {
        state.withLock { $0.readFailure = failure }
    }

    /// Every checkpoint from now on fails with `failure`; `nil` ends that.
    package func failCheckpoints(_ failure: LogError?) {
        state.withLock { $0.checkpointFailure = failure }
    }

    /// How often a checkpoint was to be written.
    package var checkpointAttempts: Int { state.withLock { $0.checkpointAttempts } }

    /// Runs `hook` in each append, before its records get their times.
    package func beforeAppend(_ hook: (@Sendable () -> Void)?) {
        state.withLock { $0.beforeAppend = hook }
    }

    /// Runs `hook` in each append, when its records have their times and are not durable yet.
    package func beforeDurable(_ hook: (@Sendable () -> Void)?) {
        state.withLock { $0.beforeDurable = hook }
    }

    /// Changes what is stored, as damage would.
    package func edit(_ body: (inout [StoredRecord]) -> Void) {
        state.withLock { body(&$0.records) }
    }

    /// Changes the stored checkpoints, oldest first, as damage would.
    package func editCheckpoints(_ body: (inout [(lsn: LogSequenceNumber, blocks: [[UInt8]])]) -> Void) {
        state.withLock { body(&$0.checkpoints) }
    }

    /// Single records read so far.
    package var reads: Int { state.withLock { $0.reads } }

    /// What scans have read so far.
    package var scans: [ClosedRange<LogSequenceNumber>] { state.withLock { $0.scans } }

    /// Records that scans have handed over so far.
    package var scanned: Int { state.withLock { $0.scanned } }

    // MARK: ProfileLog

    package let storeID = StoreID(bytes: Array(repeating: 7, count: 16))

    package var last: (lsn: LogSequenceNumber, time: LogTimestamp) {
        state.withLock { state in
            guard let header = state.records.last?.header else { return (.zero, LogTimestamp(microseconds: 0)) }
            return (header.lsn, header.time)
        }
    }

    package func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt {
        let (failure, before, durable) = state.withLock { ($0.appendFailure, $0.beforeAppend, $0.beforeDurable) }
        before?()
        if let failure { throw failure }
        let time = max(clock.now(), last.time.advanced(byMicroseconds: 1))
        durable?()
        return state.withLock { state in
            let first = LogSequenceNumber(UInt64(state.records.count) + 1)
            let receipt = AppendReceipt(first: first, baseTime: time, count: records.count)
            for (index, record) in records.enumerated() {
                state.records.append(Self.stored(record, receipt.lsn(index), receipt.time(index)))
            }
            return receipt
        }
    }

    package func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord {
        let result: Result<StoredRecord, LogError> = state.withLock { state in
            state.reads += 1
            if let failure = state.readFailure { return .failure(failure) }
            guard lsn > .zero, lsn.rawValue <= UInt64(state.records.count) else {
                return .failure(LogError(.notFound, "there is no such record", lsns: lsn...lsn))
            }
            return .success(state.records[Int(lsn.rawValue) - 1])
        }
        return try result.get()
    }

    package func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader {
        try read(lsn).header
    }

    package func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        let records = try state.withLock { state throws(LogError) in
            state.scans.append(first...max(first, last))
            if let failure = state.readFailure { throw failure }
            return state.records
        }.filter { $0.header.lsn >= first && $0.header.lsn <= last }
        for record in order == .ascending ? records : records.reversed() {
            state.withLock { $0.scanned += 1 }
            let control = try body(record.header) { () throws(LogError) in record.payload }
            if control == .stop { return }
        }
    }

    package func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        state.withLock { $0.records.last { $0.header.time <= time }?.header.lsn ?? .zero }
    }

    package var extent: LogExtent { LogExtent(bytes: 0, segments: 1, clockSteps: 0) }

    package func close() {}

    // MARK: CheckpointKeeper

    package func storedCheckpoints() throws(LogError) -> [StoredCheckpoint] {
        state.withLock { $0.checkpoints }.reversed().map { checkpoint in
            StoredCheckpoint(lsn: checkpoint.lsn, name: "checkpoint \(checkpoint.lsn)") { block in
                for bytes in checkpoint.blocks { try block(bytes) }
            }
        }
    }

    package func prepareForCheckpoint() throws(LogError) {}

    package func beginCheckpoint() throws(LogError) -> CheckpointTicket {
        let lsn = last.lsn
        return CheckpointTicket(lsn: lsn) { [self] body in
            let failure = state.withLock { state in
                state.checkpointAttempts += 1
                return state.checkpointFailure
            }
            if let failure { throw failure }
            var blocks: [[UInt8]] = []
            try body { blocks.append($0) }
            let written = blocks
            state.withLock { state in
                state.checkpoints.append((lsn, written))
                state.checkpoints = state.checkpoints.suffix(2)
            }
        }
    }

    private static func stored(
        _ record: PreparedRecord,
        _ lsn: LogSequenceNumber,
        _ time: LogTimestamp
    ) -> StoredRecord {
        let header = RecordHeader(
            lsn: lsn,
            time: time,
            kind: record.kind,
            subject: record.subject,
            version: record.version,
            previous: record.previous,
            actorTag: record.actorTag,
            key: record.key,
            storedBytes: record.payload.json.count
        )
        return StoredRecord(header: header, payload: record.payload.json)
    }
}
