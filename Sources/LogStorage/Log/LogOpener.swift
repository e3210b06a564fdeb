import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens a data directory for writing: makes it if absent, locks it, checks what can be checked without reading
/// everything, repairs a torn tail.
struct LogOpener {
    let configuration: LogConfiguration
    let logger: Logger
    private let paths: StorePaths
    private var fileSystem: any FileSystem { configuration.fileSystem }

    init(_ configuration: LogConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        paths = StorePaths(directory: configuration.directory)
    }

    func open() throws(LogError) -> OpenedLog {
        try NewStorePlace(configuration: configuration, paths: paths).check()
        try fileSystem.makeDirectories(paths.directory)
        let lock = try takeLock()
        for directory in [paths.segments, paths.checkpoints, paths.quarantine] {
            try fileSystem.makeDirectories(directory)
            try checkWritable(directory)
        }
        // Not the data directory: the accounts' commands lock that one for a moment.
        guard let locks = try StoreDirectories.lock(paths.segments, fileSystem) else { throw isLocked(paths.segments) }
        let directories = try StoreDirectories(paths, fileSystem: fileSystem)
        try syncNames()
        let numbers = try SegmentOpener(fileSystem: fileSystem, directory: paths.segments, storeID: nil).numbers()
        let description = try attempt { () throws(SystemCallError) in try fileSystem.kind(of: paths.description) }
        let storeID = try storeID(description, firstSegment: numbers.first)
        try requireExpected(storeID)
        let checkpoints = CheckpointDirectory(fileSystem: fileSystem, path: paths.checkpoints, storeID: storeID)
        try checkpoints.removeTemporaryFiles()
        let known = checkpoints.goodHeaders(logger: logger)
        let vouched = known.map(\.lsn).max() ?? .zero
        let segments: [Segment]
        let segmentLock: any DirectoryLock
        if let last = numbers.last {
            segmentLock = try lockSegment(last)
            segments = try openSegments(numbers, storeID: storeID, vouched: vouched)
        } else {
            segments = [try firstSegment(storeID)]
            segmentLock = try lockSegment(LogSequenceNumber(1))
        }
        if description == .missing { try describeStore(storeID) }
        guard let newest = segments.last else { throw LogError(.notFound, "no segment", file: paths.segments) }
        try checkNothingIsMissing(segments, vouched: vouched)
        try checkTreesAgree(segments, known)
        let trees = segments.compactMap(\.currentExtent.sealedTree) + known.map(\.tree)
        let tree = trees.max { $0.size < $1.size } ?? MerkleFrontier()
        return OpenedLog(
            paths: paths,
            locks: [lock] + locks,
            segmentLock: segmentLock,
            directories: directories,
            storeID: storeID,
            clock: ClockWatch(
                after: newest.lastLSN == .zero || configuration.acceptsClock ? nil : newest.lastTime,
                uptime: configuration.uptime
            ),
            clockJump: try clockJump(),
            checkpoints: checkpoints,
            segments: segments,
            newest: newest,
            tree: tree
        )
    }

    // MARK: The directory

    /// Makes durable what an earlier process may have named and then died before it synced the directory: a segment
    /// could otherwise take acknowledged records and lose its name with the next crash of the machine, and a checkpoint
    /// that is there would be reported as made.
    private func syncNames() throws(LogError) {
        try attempt { () throws(SystemCallError) in
            try fileSystem.syncDirectory(paths.segments)
            try fileSystem.syncDirectory(paths.checkpoints)
            try fileSystem.syncDirectory(paths.directory)
            // The way to the data directory was synced before the store got its description.
            guard try fileSystem.kind(of: paths.description) == .missing else { return }
            var path = paths.directory
            while let parent = path.parentDirectory, parent != path {
                try syncIfAllowed(parent)
                path = parent
            }
        }
    }

    /// Says at once what would otherwise show when the first segment is full, and poison the log.
    private func checkWritable(_ directory: String) throws(LogError) {
        do throws(SystemCallError) {
            try fileSystem.checkWritable(directory)
        } catch {
            var failure = LogError(error)
            failure.message = "no files can be made in this directory"
            throw failure
        }
    }

    /// A directory that may not be opened is not one in which this program made anything.
    private func syncIfAllowed(_ directory: String) throws(SystemCallError) {
        do throws(SystemCallError) {
            try fileSystem.syncDirectory(directory)
        } catch {
            guard error.number == EACCES || error.number == EPERM else { throw error }
        }
    }

    private func takeLock() throws(LogError) -> any DirectoryLock {
        switch try attempt({ () throws(SystemCallError) in try fileSystem.kind(of: paths.lock) }) {
        case .file, .missing: break
        case .directory, .other: throw fileIsNeeded(paths.lock)
        }
        guard let lock = try attempt({ () throws(SystemCallError) in try fileSystem.lock(paths.lock) }) else {
            throw isLocked(paths.lock)
        }
        return lock
    }

    /// Locks the segment that is written to: it may have other names, in a copy made of hard links or behind a moved
    /// `wal/`.
    private func lockSegment(_ number: LogSequenceNumber) throws(LogError) -> any DirectoryLock {
        let path = paths.segment(number)
        let lock = try attempt { () throws(SystemCallError) in try fileSystem.open(path, .readWrite).lock() }
        guard let lock else { throw isLocked(path) }
        return lock
    }

    /// The jump of the clock that an earlier process has noted; the note is removed if the clock is accepted.
    private func clockJump() throws(LogError) -> LogError? {
        try attempt { () throws(SystemCallError) in
            guard try fileSystem.kind(of: paths.clockJump) != .missing else { return nil }
            if configuration.acceptsClock {
                try fileSystem.remove(paths.clockJump)
                try fileSystem.syncDirectory(paths.directory)
                return nil
            }
            return ClockWatch.error("the wall clock jumped while an earlier process had the log open")
        }
    }

    private func isLocked(_ path: String) -> LogError {
        LogError(
            .locked,
            "another server has this data directory open",
            file: path,
            advice: "Stop it, or name another data directory"
        )
    }

    /// The id of the store that stands here, or a new one.
    ///
    /// `store.json` is written after the first segment. So if it stands alone, or only checkpoints are left, the log was
    /// taken away, and nothing may be made in its place.
    private func storeID(_ description: FileKind, firstSegment: LogSequenceNumber?) throws(LogError) -> StoreID {
        switch description {
        case .file:
            let bytes = try attempt { () throws(SystemCallError) in try fileSystem.contents(of: paths.description) }
            let description = try StoreDescription(decoding: bytes, file: paths.description)
            guard firstSegment != nil, let id = StoreID(description.storeID) else { throw logIsGone() }
            return id
        case .missing:
            guard let firstSegment else {
                let left = try attempt { () throws(SystemCallError) in try fileSystem.entries(of: paths.checkpoints) }
                guard left.isEmpty else { throw logIsGone() }
                return configuration.newStoreID()
            }
            let opener = SegmentOpener(fileSystem: fileSystem, directory: paths.segments, storeID: nil)
            return try opener.open(firstSegment, .read).header.storeID
        case .directory, .other:
            throw fileIsNeeded(paths.description)
        }
    }

    private func requireExpected(_ id: StoreID) throws(LogError) {
        guard let expected = configuration.expectedStoreID, expected != id else { return }
        throw LogError(
            .invalidDirectory,
            "this directory holds the store \(id), but the store \(expected) is expected",
            file: paths.directory,
            advice: "Check the path and which volume is mounted, or correct EXPECT_STORE_ID"
        )
    }

    private func fileIsNeeded(_ path: String) -> LogError {
        LogError(
            .invalidDirectory,
            "a file is needed here, but something else stands there",
            file: path,
            advice: "Move it away"
        )
    }

    private func logIsGone() -> LogError {
        LogError(
            .damaged,
            "the store has no segment any more",
            file: paths.segments,
            lsns: LogSequenceNumber(1)...LogSequenceNumber(1),
            advice: "Mount or restore the log; for a new store, name an empty data directory"
        )
    }

    /// Writes `store.json` when the first segment is there: of a new store, or of one that has lost it.
    private func describeStore(_ id: StoreID) throws(LogError) {
        let bytes = StoreDescription(storeID: id, createdAt: configuration.now()).encoded()
        try attempt { () throws(SystemCallError) in
            try fileSystem.replaceDurably(paths.description, in: paths.directory, with: bytes)
        }
    }

    // MARK: Segments

    private func openSegments(
        _ numbers: [LogSequenceNumber],
        storeID: StoreID,
        vouched: LogSequenceNumber
    ) throws(LogError) -> [Segment] {
        let opener = SegmentOpener(fileSystem: fileSystem, directory: paths.segments, storeID: storeID)
        var segments: [Segment] = []
        var due = LogSequenceNumber(1)
        for (number, next) in zip(numbers, numbers.dropFirst().map(Optional.some) + [nil]) {
            guard number == due else { throw gap(from: due, to: number) }
            do throws(LogError) {
                let segment = try openSegment(number, next == nil ? vouched : nil, behind: segments.last, opener)
                segments.append(segment)
                due = segment.lastLSN.next
            } catch {
                throw located(error, from: number, before: next)
            }
        }
        return segments
    }

    /// - Parameter vouched: for the last segment, the last record that a checkpoint contains.
    private func openSegment(
        _ number: LogSequenceNumber,
        _ vouched: LogSequenceNumber?,
        behind before: Segment?,
        _ opener: SegmentOpener
    ) throws(LogError) -> Segment {
        let (file, header) = try opener.open(number, vouched == nil ? .read : .readWrite)
        if let before, header.previousTime != before.lastTime {
            throw disagreement(file, "the segment's header and the segment before it disagree about the time")
        }
        return Segment(header: header, file: file, extent: try extent(of: file, header, vouched: vouched))
    }

    /// The error, with all records of the segment where it concerns the segment as a whole.
    private func located(_ error: LogError, from first: LogSequenceNumber, before next: LogSequenceNumber?) -> LogError
    {
        guard error.code == .damaged, error.lsns == nil else { return error }
        var error = error
        error.lsns = first...max(first, next?.previous ?? first)
        return error
    }

    private func disagreement(_ file: any File, _ what: String) -> LogError {
        LogError(.damaged, what, file: file.path, offset: 0, advice: LogError.restoreAdvice)
    }

    /// - Parameter vouched: for the last segment, the last record that a checkpoint contains.
    private func extent(
        of file: any File,
        _ header: SegmentHeader,
        vouched: LogSequenceNumber?
    ) throws(LogError) -> SegmentExtent {
        if let footer = try SegmentOpener.footer(of: file) {
            guard footer.firstLSN == header.firstLSN else {
                throw disagreement(file, "the segment's footer and header disagree")
            }
            if vouched != nil { try settleFooter(of: file, footer) }
            return SegmentExtent(footer)
        }
        guard let vouched else {
            throw LogError(
                .damaged,
                "the segment has no valid footer, though another follows it",
                file: file.path,
                advice: LogError.restoreAdvice
            )
        }
        return try TailRecovery(
            fileSystem: fileSystem,
            paths: paths,
            segmentBytes: UInt64(configuration.segmentBytes),
            vouched: vouched,
            now: configuration.now,
            logger: logger
        ).recover(file, header)
    }

    /// Makes the footer of the last segment durable, whatever became of it in the process that wrote it.
    private func settleFooter(of file: any File, _ footer: SegmentFooter) throws(LogError) {
        try attempt { () throws(SystemCallError) in
            let size = try file.size()
            // So that the size is written again as well: a footer is found from the end of the file.
            try file.truncateFully(to: size + 1)
            try file.truncateFully(to: size)
            try file.writeAgain(footer.dataEnd..<size)
        }
    }

    private func gap(from due: LogSequenceNumber, to found: LogSequenceNumber) -> LogError {
        LogError(
            .damaged,
            due < found ? "a segment of the log is missing" : "two segments hold the same records",
            file: paths.segment(min(due, found)),
            lsns: min(due, found)...max(due, found.previous),
            advice: LogError.restoreAdvice
        )
    }

    private func firstSegment(_ storeID: StoreID) throws(LogError) -> Segment {
        let header = SegmentHeader(
            dictionaryID: PresetDictionary.currentID,
            storeID: storeID,
            firstLSN: LogSequenceNumber(1),
            previousTime: LogTimestamp(microseconds: 0)
        )
        let file = try attempt { () throws(SystemCallError) in
            try fileSystem.open(paths.preparedSegment, .createOrEmpty)
        }
        try attemptIfRoom { () throws(SystemCallError) in
            try file.preallocateFully(to: UInt64(configuration.segmentBytes))
        }
        return try LogWriter.publish(file, header, paths: paths, fileSystem: fileSystem)
    }

    /// A checkpoint that knows of records which the log has not proves that acknowledged ones are gone.
    private func checkNothingIsMissing(_ segments: [Segment], vouched: LogSequenceNumber) throws(LogError) {
        guard let newest = segments.last, vouched > newest.lastLSN else { return }
        throw LogError(
            .damaged,
            "records that were acknowledged are missing: a checkpoint contains them",
            file: newest.file.path,
            offset: newest.dataEnd,
            lsns: newest.lastLSN.next...vouched,
            advice: LogError.restoreAdvice
        )
    }

    /// Compares the tree heads of footers and checkpoints with each other, as far as they cover the same records.
    ///
    /// It is enough to compare neighbours: subtrees that two trees share are those of every tree between them, too.
    private func checkTreesAgree(_ segments: [Segment], _ checkpoints: [CheckpointHeader]) throws(LogError) {
        var trees = segments.compactMap { segment in
            segment.currentExtent.sealedTree.map { (path: segment.file.path, tree: $0) }
        }
        trees += checkpoints.map { (path: checkpointPath($0.lsn), tree: $0.tree) }
        trees.sort { $0.tree.size < $1.tree.size }
        for (earlier, later) in zip(trees, trees.dropFirst()) {
            guard let lsns = earlier.tree.disagreement(with: later.tree) else { continue }
            throw LogError(
                .damaged,
                "the tree head in this file contradicts the one in \(earlier.path), though all checksums are right: "
                    + "a record was changed on purpose, or one of the files was",
                file: later.path,
                lsns: lsns,
                advice: "Verify the data directory with profile-log, and compare the records with a copy from another "
                    + "place"
            )
        }
    }

    private func checkpointPath(_ lsn: LogSequenceNumber) -> String {
        "\(paths.checkpoints)/\(SegmentName.numbered(lsn, ending: CheckpointFile.ending))"
    }
}
