import Logging

/// The append-only log of a store: writes frames, reads records, keeps checkpoints.
///
/// ``append(_:)`` and ``checkpointPosition()`` are for one thread at a time; everything else may be called from any.
/// All calls block on the disk: none belongs on an event loop or the cooperative pool.
public final class WriteAheadLog: Sendable {
    let configuration: LogConfiguration
    let checkpointDirectory: CheckpointDirectory
    let reader: LogReader<OpenSegments>
    private let paths: StorePaths
    let damage: ReadDamage
    /// The first record whose bytes the opening read and verified: the first of the last segment, unless that is sealed.
    public let verifiedFrom: LogSequenceNumber
    /// The id of the store, the same in all of its files.
    public let storeID: StoreID

    private let writer: Monitor<LogWriter>
    private let segments: Monitor<[Segment]>
    private let end: Monitor<LogEnd>
    private let tree: TreeBuilder
    private let preparer: SegmentPreparer
    private let directories: StoreDirectories
    private let clock: ClockWatch
    private let locks: Monitor<[any DirectoryLock]>

    init(
        opened: OpenedLog,
        configuration: LogConfiguration,
        tree: TreeBuilder,
        preparer: SegmentPreparer,
        logger: Logger
    ) {
        self.configuration = configuration
        self.checkpointDirectory = opened.checkpoints
        self.storeID = opened.storeID
        self.paths = opened.paths
        self.tree = tree
        self.preparer = preparer
        self.directories = opened.directories
        self.clock = opened.clock
        self.locks = Monitor(opened.locks)
        let newest = opened.newest
        let isSealed = newest.currentExtent.sealedTree != nil
        self.damage = ReadDamage(logger: logger)
        self.verifiedFrom = isSealed ? newest.lastLSN.next : newest.firstLSN
        let segments = Monitor(opened.segments)
        let end = Monitor(
            LogEnd(
                lsn: newest.lastLSN,
                time: newest.lastTime,
                poison: nil,
                clockJump: opened.clockJump,
                clockSteps: 0
            )
        )
        self.segments = segments
        self.end = end
        self.reader = LogReader(shelf: OpenSegments(segments: segments, end: end), inflaters: PayloadInflater.pool())
        self.writer = Monitor(
            LogWriter(
                segment: newest,
                segmentLock: opened.segmentLock,
                isSealed: isSealed,
                storeID: opened.storeID,
                configuration: configuration,
                paths: opened.paths,
                directories: opened.directories,
                clock: opened.clock,
                clockJump: opened.clockJump,
                preparer: preparer,
                tree: tree,
                logger: logger
            )
        )
    }

    deinit {
        close()
    }

    /// The durable end of the log: its last record and that record's time; ``LogSequenceNumber/zero`` when empty.
    public var last: (lsn: LogSequenceNumber, time: LogTimestamp) { end.withLock { ($0.lsn, $0.time) } }

    /// Why nothing more is written; `nil` while all is well.
    public var poison: LogError? { end.withLock { $0.poison } }

    /// The damage that reads have come across since the start, in no order.
    public var readDamage: [LogError] { damage.errors }

    /// What the log takes.
    public var extent: LogExtent {
        let segments = segments.withLock { $0 }
        return LogExtent(
            bytes: segments.reduce(0) { $0 + $1.dataEnd },
            segments: segments.count,
            clockSteps: end.withLock { $0.clockSteps }
        )
    }

    /// The files that the log consists of, for those who read them as files.
    public var logFiles: LogFiles {
        LogFiles(
            fileSystem: configuration.fileSystem,
            paths: paths,
            storeID: storeID,
            checkpoints: checkpointDirectory,
            segments: segments,
            reader: reader,
            damage: damage
        )
    }

    /// Appends `records` as one frame: when this returns, all of them are on the disk; when it throws, none was
    /// acknowledged.
    ///
    /// - Returns: the LSNs and times that they got.
    /// - Throws: ``LogError/Code/diskFull`` (may be tried again), ``LogError/Code/poisoned`` (may not),
    ///   ``LogError/Code/clockJumped`` (not before a start accepts the clock), ``LogError/Code/tooLarge``.
    public func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt {
        // The lock only keeps a second caller out; readers never take it.
        try writer.withLock { writer throws(LogError) in
            do throws(LogError) {
                let receipt = try writer.append(records) { segment in segments.withLock { $0.append(segment) } }
                let steps = writer.clockSteps
                end.withLock { end in
                    end.lsn = receipt.lsn(records.count - 1)
                    end.time = receipt.time(records.count - 1)
                    end.clockSteps = steps
                }
                tree.add(Self.leaves(records, receipt))
                return receipt
            } catch {
                note(writer)
                throw error
            }
        }
    }

    /// Shows everybody why the writer has stopped, if it has.
    private func note(_ writer: LogWriter) {
        let (poison, jump) = (writer.poison, writer.clockJump)
        end.withLock { end in
            end.poison = poison
            end.clockJump = jump
        }
    }

    /// Looks for what must not change while the log is open: where the paths of its directories lead, and the difference
    /// between the wall clock and the clock since boot.
    ///
    /// - Throws: ``LogError/Code/poisoned`` when the paths lead elsewhere, and ``LogError/Code/clockJumped``: nothing more is
    ///   written then. ``LogError/Code/io`` when it cannot be found out where the paths lead.
    public func checkEnvironment() throws(LogError) {
        try checkDirectories()
        if let jump = end.withLock({ $0.clockJump }) { throw jump }
        do throws(LogError) {
            try clock.check(configuration.now())
        } catch {
            throw writer.withLock { writer in
                let failure = writer.stop(for: error)
                note(writer)
                return failure
            }
        }
    }

    private func checkDirectories() throws(LogError) {
        do throws(LogError) {
            try directories.check()
        } catch {
            guard error.code == .invalidDirectory else { throw error }
            throw writer.withLock { writer in
                let failure = writer.becomePoisoned(error)
                note(writer)
                return failure
            }
        }
    }

    private static func leaves(_ records: [PreparedRecord], _ receipt: AppendReceipt) -> [TreeBuilder.Leaf] {
        records.enumerated().map { index, record in
            TreeBuilder.Leaf(
                header: RecordHeader(
                    lsn: receipt.lsn(index),
                    time: receipt.time(index),
                    kind: record.kind,
                    subject: record.subject,
                    version: record.version,
                    previous: record.previous,
                    actorTag: record.actorTag,
                    key: record.key
                ),
                json: record.payload.json
            )
        }
    }

    // MARK: Checkpoints

    /// The checkpoints that stand in the directory, newest first.
    public func checkpoints() throws(LogError) -> [CheckpointFile] {
        try checkpointDirectory.files()
    }

    /// Waits until the Merkle tree has caught up with the log, which after a start takes some µs a record.
    public func treeReady() throws(LogError) {
        _ = try tree.current()
    }

    /// The end of the log with its Merkle tree.
    ///
    /// To be called by whoever appends, so that nothing is appended meanwhile; waits for the tree.
    public func checkpointPosition() throws(LogError) -> CheckpointPosition {
        let tree = try tree.current()
        let last = last
        return CheckpointPosition(lsn: last.lsn, time: last.time, tree: tree)
    }

    /// Writes a checkpoint, durably and all at once, then removes those that are too old.
    ///
    /// - Parameter body: hands over the contents, in blocks of at most 16 MiB.
    /// - Returns: the bytes of the blocks.
    @discardableResult
    public func writeCheckpoint(
        _ position: CheckpointPosition,
        body: ((_ block: [UInt8]) throws -> Void) throws -> Void
    ) throws -> UInt64 {
        let header = CheckpointHeader(storeID: storeID, lsn: position.lsn, time: position.time, tree: position.tree)
        var bytes: UInt64 = 0
        try checkDirectories()
        do {
            var writer = try CheckpointWriter(header, in: checkpointDirectory)
            try body { block in
                try writer.append(block)
                bytes += UInt64(block.count)
            }
            try checkDirectories()
            try writer.finish()
        } catch {
            // Half a checkpoint must not keep the room that the log may need. In a directory of another store nothing is
            // removed.
            if (try? directories.check()) != nil { try? checkpointDirectory.removeTemporaryFiles() }
            throw error
        }
        try checkpointDirectory.prune(keeping: configuration.keptCheckpoints)
        return bytes
    }

    /// Hands over the blocks of a checkpoint, each verified.
    ///
    /// What was handed over must be thrown away if this throws: the fault may stand in a later block.
    public func readCheckpoint(_ file: CheckpointFile, block: ([UInt8]) throws -> Void) throws {
        try CheckpointReader(directory: checkpointDirectory).read(file, block: block)
    }

    /// Makes the next segment's file ready now, where no thread does; nothing if one is ready.
    package func prepareNextSegment() {
        preparer.workOff()
    }

    /// Takes no more records, ends the background threads and gives the directory free for another server.
    ///
    /// Reads may go on until the log is let go. Further calls do nothing.
    public func close() {
        writer.withLock { $0.close() }
        tree.close()
        preparer.close()
        locks.withLock { $0 = [] }
    }
}
