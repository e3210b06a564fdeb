import Logging

/// The writing end of the log: the open segment, and what is known to be durable.
///
/// One caller at a time; ``WriteAheadLog`` sees to it.
struct LogWriter: Sendable {
    private enum Condition {
        case good
        case poisoned(LogError)
        case clockJumped(LogError)
        case closed
    }

    let storeID: StoreID
    let configuration: LogConfiguration
    let paths: StorePaths
    let directories: StoreDirectories
    let clock: ClockWatch
    let preparer: SegmentPreparer
    let tree: TreeBuilder
    let logger: Logger

    /// The newest segment; it may be sealed already when the one behind it could not be made.
    private(set) var segment: Segment
    /// The lock of ``segment``; `nil` when closed.
    private var segmentLock: (any DirectoryLock)?
    private var isSealed: Bool
    private var condition = Condition.good
    private var frame = ByteWriter()
    private var body = ByteWriter()
    /// How often the wall clock went back between two batches.
    private(set) var clockSteps = 0
    private var previousNow: LogTimestamp?

    init(
        segment: Segment,
        segmentLock: any DirectoryLock,
        isSealed: Bool,
        storeID: StoreID,
        configuration: LogConfiguration,
        paths: StorePaths,
        directories: StoreDirectories,
        clock: ClockWatch,
        clockJump: LogError?,
        preparer: SegmentPreparer,
        tree: TreeBuilder,
        logger: Logger
    ) {
        self.segment = segment
        self.segmentLock = segmentLock
        self.isSealed = isSealed
        self.storeID = storeID
        self.configuration = configuration
        self.paths = paths
        self.directories = directories
        self.clock = clock
        if let clockJump { condition = .clockJumped(clockJump) }
        self.preparer = preparer
        self.tree = tree
        self.logger = logger
    }

    /// Why nothing more is written; `nil` while all is well.
    var poison: LogError? {
        if case .poisoned(let cause) = condition { cause } else { nil }
    }

    /// Why nothing more is written until a start accepts the clock; `nil` while that is not in doubt.
    var clockJump: LogError? {
        if case .clockJumped(let cause) = condition { cause } else { nil }
    }

    /// Refuses whatever comes from now on.
    mutating func close() {
        segmentLock = nil
        switch condition {
        case .good, .clockJumped: condition = .closed
        case .poisoned, .closed: break
        }
    }

    /// Writes one frame with all of `records` and makes it durable.
    ///
    /// - Parameter rotated: gets each segment that was begun.
    mutating func append(
        _ records: [PreparedRecord],
        rotated: (Segment) -> Void
    ) throws(LogError) -> AppendReceipt {
        switch condition {
        case .good: break
        case .poisoned(let cause): throw Self.poisonError(cause)
        case .clockJumped(let cause): throw cause
        case .closed: throw LogError(.stopped, "the log is closed")
        }
        let first = segment.lastLSN.next
        let time = try nextTime()
        try buildBody(records, first: first)
        let frameBytes = UInt64(FrameLayout.headerBytes + body.count + FrameLayout.bodyChecksumBytes)
        if isSealed || (segment.dataEnd + frameBytes > UInt64(configuration.segmentBytes) && segment.firstTime != nil) {
            try rotate(rotated)
        }
        let offset = segment.dataEnd
        let header = FrameHeader(
            recordCount: records.count,
            bodyBytes: body.count,
            firstLSN: first,
            baseTime: time,
            syncedOffset: offset
        )
        buildFrame(header)
        let sync = try write(at: offset)
        configuration.observer?.appended(records: records.count, bytes: header.frameBytes, sync: sync)
        let receipt = AppendReceipt(first: first, baseTime: time, count: records.count)
        segment.add(header, lastTime: receipt.time(records.count - 1))
        return receipt
    }

    /// `max(now, last + 1)`: time never stands still or goes back, whatever the clock does.
    private mutating func nextTime() throws(LogError) -> LogTimestamp {
        let now = configuration.now()
        do throws(LogError) {
            try clock.check(now)
        } catch {
            throw stop(for: error)
        }
        // Compared with the clock's own last reading, so that each step is told and counted once.
        let reference = previousNow ?? (segment.lastLSN > .zero ? segment.lastTime : now)
        previousNow = now
        if now < reference {
            clockSteps += 1
            logger.warning(
                "the clock went back; until it has caught up, times go on from the last record's",
                metadata: ["microseconds": "\(reference.microseconds - now.microseconds)"]
            )
        }
        guard segment.lastLSN > .zero else { return now }
        return max(now, segment.lastTime.advanced(byMicroseconds: 1))
    }

    /// Refuses whatever comes from now on, in later processes too, until one of them accepts the clock.
    mutating func stop(for jump: LogError) -> LogError {
        guard case .good = condition else { return clockJump ?? jump }
        condition = .clockJumped(jump)
        logger.critical("nothing more is written to the log until a start accepts the clock: \(jump)")
        do throws(LogError) {
            try directories.check()
            let text = Array("\(jump)\n".utf8)
            try attempt { () throws(SystemCallError) in
                try configuration.fileSystem.replaceDurably(paths.clockJump, in: paths.directory, with: text)
            }
        } catch {
            logger.error("the next start will not know that the clock jumped", metadata: ["reason": "\(error)"])
        }
        return jump
    }

    private mutating func buildBody(_ records: [PreparedRecord], first: LogSequenceNumber) throws(LogError) {
        guard (1...FrameLayout.maximumRecords).contains(records.count) else {
            throw LogError(.tooLarge, "a commit of \(records.count) records")
        }
        body.removeAll()
        for (index, record) in records.enumerated() {
            guard record.payload.json.count <= FrameLayout.maximumPayloadBytes else {
                throw LogError(.tooLarge, "a record of \(record.payload.json.count) bytes")
            }
            record.put(into: &body, as: first.advanced(by: index))
        }
        guard body.count <= FrameLayout.maximumBodyBytes else {
            throw LogError(.tooLarge, "a commit of \(body.count) bytes")
        }
    }

    private mutating func buildFrame(_ header: FrameHeader) {
        frame.removeAll()
        header.put(into: &frame)
        frame.put(body.bytes)
        frame.put(frame.checksum())
    }

    /// - Returns: how long the sync took; zero where nobody wants to know.
    private mutating func write(at offset: UInt64) throws(LogError) -> Duration {
        do throws(SystemCallError) {
            try segment.file.writeFully(frame.bytes, at: offset)
        } catch {
            throw withdraw(LogError(error), at: offset)
        }
        let started = configuration.observer == nil ? nil : ContinuousClock.now
        do throws(SystemCallError) {
            try segment.file.syncData()
            return started.map { ContinuousClock.now - $0 } ?? .zero
        } catch {
            // Never tried again: the kernel may have dropped the pages and would report success.
            throw becomePoisoned(LogError(error))
        }
    }

    /// Cuts a partial write off again. Only a full disk, and only if that succeeds, leaves the log usable.
    private mutating func withdraw(_ failure: LogError, at offset: UInt64) -> LogError {
        guard failure.code == .diskFull else { return becomePoisoned(failure) }
        do throws(SystemCallError) {
            try segment.file.truncateFully(to: offset)
            return failure
        } catch {
            return becomePoisoned(LogError(error))
        }
    }

    /// Refuses whatever comes from now on, because of `cause`, until the process is started anew.
    ///
    /// - Returns: the error for the caller. The first cause stays.
    mutating func becomePoisoned(_ cause: LogError) -> LogError {
        if case .poisoned(let cause) = condition { return Self.poisonError(cause) }
        condition = .poisoned(cause)
        logger.critical(
            "nothing more is written to the log until the process is started anew",
            metadata: ["reason": "\(cause)"]
        )
        return Self.poisonError(cause)
    }

    private static func poisonError(_ cause: LogError) -> LogError {
        var error = cause
        error.code = .poisoned
        if cause.code == .invalidDirectory {
            error.message = "nothing more is written: \(cause.message)"
        } else {
            error.message = "a write to the log failed, so nothing more is written: \(cause.message)"
            error.advice = "Restart the server: it goes on from what is known to be on the disk"
        }
        return error
    }

    // MARK: Rotation

    private mutating func rotate(_ rotated: (Segment) -> Void) throws(LogError) {
        do throws(LogError) {
            try directories.check()
        } catch {
            throw error.code == .invalidDirectory ? becomePoisoned(error) : error
        }
        if !isSealed { try seal() }
        let next = try begin(
            SegmentHeader(
                dictionaryID: PresetDictionary.currentID,
                storeID: storeID,
                firstLSN: segment.lastLSN.next,
                previousTime: segment.lastTime
            )
        )
        segment = next
        isSealed = false
        rotated(next)
        preparer.request()
    }

    private mutating func seal() throws(LogError) {
        let frontier = try tree.current()
        let extent = segment.currentExtent
        let footer = SegmentFooter(
            firstLSN: segment.firstLSN,
            lastLSN: extent.lastLSN,
            firstTime: extent.firstTime ?? extent.lastTime,
            lastTime: extent.lastTime,
            dataEnd: extent.dataEnd,
            tree: frontier,
            table: extent.table
        )
        let bytes = footer.encoded()
        do throws(SystemCallError) {
            try segment.file.writeFully(bytes, at: extent.dataEnd)
            try segment.file.truncateFully(to: extent.dataEnd + UInt64(bytes.count))
        } catch {
            throw withdraw(LogError(error), at: extent.dataEnd)
        }
        do throws(SystemCallError) {
            try segment.file.syncData()
        } catch {
            throw becomePoisoned(LogError(error))
        }
        segment.seal(tree: frontier)
        isSealed = true
    }

    private mutating func begin(_ header: SegmentHeader) throws(LogError) -> Segment {
        do throws(LogError) {
            let file = try preparer.take()
            try directories.check(file, at: paths.preparedSegment)
            let next = try Self.publish(file, header, paths: paths, fileSystem: configuration.fileSystem)
            segmentLock = try attempt { () throws(SystemCallError) in try next.file.lock() }
            guard segmentLock != nil else {
                throw LogError(.locked, "another server writes to the new segment", file: next.file.path)
            }
            return next
        } catch {
            throw error.code == .diskFull ? error : becomePoisoned(error)
        }
    }

    /// Makes a prepared file a segment: its header is durable before it has the name, and the name before it is used.
    static func publish(
        _ file: any File,
        _ header: SegmentHeader,
        paths: StorePaths,
        fileSystem: any FileSystem
    ) throws(LogError) -> Segment {
        let path = paths.segment(header.firstLSN)
        let named = try attempt { () throws(SystemCallError) in
            try file.writeFully(header.encoded(), at: 0)
            try file.syncData()
            try fileSystem.publish(paths.preparedSegment, as: path, in: paths.segments)
            // Opened under its name, which messages repeat.
            return try fileSystem.open(path, .readWrite)
        }
        return Segment(header: header, file: named, extent: SegmentExtent(emptyBehind: header))
    }
}
