/// One pass over everything that a store holds.
///
/// Used by one thread. What the visitor and the sink throw ends it; a file that cannot be read does not.
final class StorePass {
    let fileSystem: any FileSystem
    let paths: StorePaths
    let survey: StoreSurvey
    let visitor: any ArchiveVisitor
    let sink: (any SegmentSink)?
    let patience: TailPatience
    /// The last record that goes into the copy; the last of its frame.
    let limit: LogSequenceNumber
    /// Whether a segment of the copy has been begun and not ended.
    private var isCopying = false

    /// Checkpoints whose tree has still to be compared, the oldest last.
    var witnesses: [CheckpointSummary] = []
    var summary = VerificationSummary()
    /// The record that is due next.
    var due = LogSequenceNumber(1)
    /// The time of the record before it; `nil` if that is not known.
    var lastTime: LogTimestamp?
    /// The tree over all records before ``due``; `nil` if some of them are not known.
    var tree: MerkleFrontier? = MerkleFrontier()
    /// Where a tree head was last compared with the records, or taken for granted where that could not be.
    var agreedLSN = LogSequenceNumber.zero
    /// Whether something was found that makes all that follows untrustworthy.
    var isSound = true
    /// Checkpoints all of which is good, the oldest first.
    var goodCheckpoints: [CheckpointSummary] = []
    /// The paths of checkpoints whose blocks are good.
    var wholeCheckpoints: Set<String> = []
    var scratch = ByteWriter()

    private var totalBytes: UInt64 = 0
    private var toldBytes: UInt64 = 0

    /// - Parameters:
    ///   - sink: gets the frames that are good, up to the first that is not.
    ///   - limit: the last record that goes there; it must be the last of its frame.
    init(
        _ archive: LogArchive,
        visitor: any ArchiveVisitor,
        sink: (any SegmentSink)?,
        patience: TailPatience,
        through limit: LogSequenceNumber = LogSequenceNumber(.max)
    ) throws(LogError) {
        fileSystem = archive.fileSystem
        paths = archive.paths
        survey = try StoreSurveyor(fileSystem: archive.fileSystem, paths: archive.paths).survey()
        self.visitor = visitor
        self.sink = sink
        self.patience = patience
        self.limit = limit
    }

    /// What a visitor or a sink threw, told apart from what reading throws.
    private struct Refusal: Error {
        let cause: any Error
    }

    func run() throws -> VerificationSummary {
        totalBytes = survey.segments.reduce(0) { $0 + $1.bytes } + survey.checkpoints.reduce(0) { $0 + $1.bytes }
        do {
            // Footers are compared with the frames before them, which says more than a survey can.
            for finding in survey.findings where !finding.isFoundAgain { try found(finding) }
            try verifyCheckpoints()
            for (index, segment) in survey.segments.enumerated() {
                try verify(segment, isLast: index == survey.segments.count - 1)
                // Where its end was not reached.
                try endCopy(isSealed: false)
            }
            try settleEnd()
            // It is no part of a copy.
            if sink == nil { try verifyPreparedSegment() }
            visitor.progress(bytes: totalBytes, of: totalBytes)
        } catch let refusal as Refusal {
            throw refusal.cause
        }
        summary.tree = tree
        return summary
    }

    // MARK: What others are told

    func found(_ finding: DamageFinding) throws {
        summary.findings += 1
        try tell { try visitor.found(finding) }
    }

    /// Tells that records cannot be had, and takes the one behind them as due.
    func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws {
        endSoundness(at: lsns.lowerBound.previous)
        tree = nil
        lastTime = nil
        due = lsns.upperBound.next
        try tell { try visitor.skip(lsns) }
    }

    func tell(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw Refusal(cause: error)
        }
    }

    func hasRead(_ bytes: UInt64) {
        summary.bytes += bytes
        if summary.bytes - toldBytes >= 1 << 20 {
            toldBytes = summary.bytes
            totalBytes = max(totalBytes, summary.bytes)
            visitor.progress(bytes: summary.bytes, of: totalBytes)
        }
    }

    /// From the record behind `lsn` on, the log is not what was written.
    func endSoundness(at lsn: LogSequenceNumber) {
        if isSound { summary.soundLSN = lsn }
        isSound = false
    }

    // MARK: The copy

    func beginCopy(of header: SegmentHeader) throws {
        guard let sink, isSound, header.firstLSN == due, due <= limit else { return }
        isCopying = true
        try tell { try sink.begin(header) }
    }

    /// Passes on a frame whose records are good.
    func copy(_ frame: FrameView) throws {
        guard let sink, isCopying, isSound, frame.header.lastLSN <= limit else { return }
        try tell { try sink.put(frame) }
    }

    func endCopy(isSealed: Bool) throws {
        guard let sink, isCopying else { return }
        isCopying = false
        let tree = isSealed && isSound && due.previous <= limit ? tree : nil
        try tell { try sink.end(tree) }
    }

    // MARK: The end of the log

    /// Compares the end with what the checkpoints know.
    private func settleEnd() throws {
        if isSound { summary.soundLSN = due.previous }
        guard let newest = witnesses.first, newest.lsn >= due else { return }
        let last = survey.segments.last
        try found(
            DamageFinding(missing: due...newest.lsn, at: last?.extent?.dataEnd, in: last?.path ?? paths.segments)
        )
        try skip(due...newest.lsn)
    }
}

extension DamageFinding {
    /// Whether a pass over the records finds the same, and more exactly.
    fileprivate var isFoundAgain: Bool {
        kind == .footer || kind == .timeOrder || kind == .unreadable
    }
}
