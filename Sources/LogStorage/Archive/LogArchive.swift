/// The log of a data directory, opened for reading only: of a stopped store, of a copy, or beside the server that
/// writes it.
///
/// No lock is taken, nothing is made and nothing is opened for writing. What is read of a store in use is a whole prefix
/// of its log; a frame that is just being written is not there yet. Such a frame can become visible here a moment before
/// the server has synced and acknowledged it.
///
/// A damaged store is opened as well: ``faults`` tells what is known to be wrong, ``scan(from:through:order:_:)`` goes
/// up to the damage, ``scanSkippingDamage(from:through:order:gap:_:)`` beyond it. Few files are open at a time, however
/// many segments there are. May be used from any thread; all calls block on the disk.
public final class LogArchive: Sendable {
    let fileSystem: any FileSystem
    let paths: StorePaths
    let shelf: ArchiveShelf
    let reader: LogReader<ArchiveShelf>
    let known: Monitor<StoreSurvey>
    /// What was last looked at behind the last frame; held by whoever refreshes.
    let refreshing = Monitor(RefreshState())

    /// The id of the store; `nil` if no file says it any more.
    public let storeID: StoreID?
    /// When the store was made; `nil` if `store.json` cannot be read.
    public let createdAt: LogTimestamp?

    /// Opens the archive of a data directory.
    ///
    /// - Throws: ``LogError/Code/notFound`` where there is no store, ``LogError/Code/unsupportedFormat``,
    ///   ``LogError/Code/io``.
    public static func open(_ directory: String) throws(LogError) -> LogArchive {
        try open(directory, fileSystem: PosixFileSystem())
    }

    /// Opens the archive of a data directory on another disk.
    package static func open(_ directory: String, fileSystem: any FileSystem) throws(LogError) -> LogArchive {
        let paths = StorePaths(directory: directory)
        var survey = try StoreSurveyor(fileSystem: fileSystem, paths: paths).survey()
        let loader = SegmentLoader(fileSystem: fileSystem)
        var newest: Segment?
        if let last = survey.segments.last {
            let (segment, findings) = try loader.loadLast(last, vouched: survey.vouched)
            newest = segment
            survey.findings += findings
        }
        return LogArchive(survey, newest: newest, loader: loader, paths: paths)
    }

    private init(_ survey: StoreSurvey, newest: Segment?, loader: SegmentLoader, paths: StorePaths) {
        fileSystem = loader.fileSystem
        self.paths = paths
        storeID = survey.storeID
        createdAt = survey.createdAt
        let end = newest?.lastLSN ?? .zero
        let damage = survey.findings.last { $0.endsTheLog(at: end) }
        shelf = ArchiveShelf(survey.segments, newest: newest, damageAtEnd: damage?.error, loader: loader)
        reader = LogReader(shelf: shelf, inflaters: PayloadInflater.pool())
        known = Monitor(survey)
    }

    /// What is known so far to be wrong with the files. A verification finds the rest.
    public var faults: [DamageFinding] { known.withLock { $0.findings } }

    /// The segments, in LSN order.
    public var segments: [SegmentSummary] { shelf.segments.map { SegmentSummary($0) } }

    /// The checkpoints that stood there when the archive was opened or last refreshed, newest first.
    public var checkpoints: [CheckpointSummary] { known.withLock { $0.checkpoints } }

    /// What the log takes.
    public var extent: LogExtent {
        let segments = segments
        return LogExtent(bytes: segments.reduce(0) { $0 + $1.dataBytes }, segments: segments.count, clockSteps: 0)
    }

    /// Hands over the blocks of a checkpoint, each verified.
    ///
    /// What was handed over must be thrown away if this throws: the fault may stand in a later block.
    ///
    /// - Throws: ``LogError/Code/notFound`` where the server has removed it meanwhile.
    public func readCheckpoint(_ file: CheckpointFile, block: ([UInt8]) throws -> Void) throws {
        try CheckpointReader(directory: try checkpointDirectory()).read(file, block: block)
    }

    func checkpointDirectory() throws(LogError) -> CheckpointDirectory {
        guard let storeID else {
            throw LogError(.damaged, "no file says any more which store this is", file: paths.directory)
        }
        return CheckpointDirectory(fileSystem: fileSystem, path: paths.checkpoints, storeID: storeID)
    }
}

extension DamageFinding {
    /// Whether it says that records are missing directly behind `lsn`.
    fileprivate func endsTheLog(at lsn: LogSequenceNumber) -> Bool {
        switch kind {
        case .frame, .lsnOrder, .recordsMissing, .segmentMissing: lsns.map { $0.lowerBound == lsn.next } ?? false
        default: false
        }
    }
}

extension SegmentSummary {
    init(_ segment: ArchivedSegment) {
        file = segment.path
        firstLSN = segment.firstLSN
        lastLSN = segment.lastLSN
        firstTime = segment.extent?.firstTime
        lastTime = segment.extent.flatMap { $0.firstTime == nil ? nil : $0.lastTime }
        bytes = segment.bytes
        dataBytes = segment.extent?.dataEnd ?? segment.bytes
        isSealed = segment.isSealed
        tree = segment.extent?.sealedTree
    }
}
