/// Finds out what of a damaged store can be saved, and writes it to a new data directory. See <doc:Repair>.
///
/// The original is only read.
public struct StoreRepairer {
    private let archive: LogArchive
    private let patience: TailPatience

    public init(_ archive: LogArchive) {
        self.init(archive, patience: .patient)
    }

    package init(_ archive: LogArchive, patience: TailPatience) {
        self.archive = archive
        self.patience = patience
    }

    /// Goes over the whole store.
    public func plan(
        progress: (_ bytes: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(LogError) -> RepairPlan {
        do {
            return try run(progress) { visitor in
                let pass = try StorePass(archive, visitor: visitor, sink: nil, patience: patience)
                return visitor.plan(try pass.run())
            }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.io, "the store could not be read: \(error)", file: archive.paths.directory)
        }
    }

    /// Writes a store of what can be saved to `directory`, which must be missing or empty.
    ///
    /// - Parameters:
    ///   - plan: made of the same store, which must stand still.
    ///   - salvaged: gets the records that can be read but not served, in LSN order. The directory exists by then, and
    ///     what this writes into it is no concern of the store.
    /// - Throws: ``LogError/Code/invalidDirectory``, ``LogError/Code/diskFull``, ``LogError/Code/io``;
    ///   ``LogError/Code/damaged`` if the store changed after the plan was made; what `salvaged` throws.
    public func repair(
        _ plan: RepairPlan,
        to directory: String,
        progress: (_ bytes: UInt64, _ total: UInt64) -> Void = { _, _ in },
        salvaged: (RecordHeader, _ payload: [UInt8]) throws -> Void
    ) throws -> RepairSummary {
        try withoutActuallyEscaping(salvaged) { salvaged in
            try run(progress) { visitor in
                visitor.salvage = { header, payload in
                    if header.lsn > plan.servedLSN { try salvaged(header, payload) }
                }
                return try write(plan, to: directory, visitor)
            }
        }
    }

    private func write(_ plan: RepairPlan, to directory: String, _ visitor: Visitor) throws -> RepairSummary {
        let storeID = (plan.keepsEveryRecord ? archive.storeID : nil) ?? StoreID.random()
        let store = try NewStore(directory, fileSystem: archive.fileSystem)
        let segments = SegmentCopy(store, storeID: storeID)
        let pass = try StorePass(archive, visitor: visitor, sink: segments, patience: patience, through: plan.servedLSN)
        let found = visitor.plan(try pass.run())
        guard found.servedLSN == plan.servedLSN, found.lastLSN == plan.lastLSN else {
            throw LogError(
                .damaged,
                "the store changed while it was repaired: a server writes it, or its disk gives other bytes each time",
                file: archive.paths.directory,
                advice: "Stop the server, or copy the files to another disk, and try again"
            )
        }
        if segments.segments == 0 { try writeEmptySegment(segments, storeID) }
        var checkpoint: LogSequenceNumber?
        for good in pass.goodCheckpoints.reversed() where checkpoint == nil && good.lsn <= plan.servedLSN {
            if try store.add(good, of: archive.checkpointDirectory(), as: storeID) { checkpoint = good.lsn }
        }
        let createdAt = archive.createdAt ?? visitor.firstTime ?? LogTimestamp.now()
        try store.finish(StoreDescription(storeID: storeID, createdAt: createdAt))
        return RepairSummary(
            plan: found,
            storeID: storeID,
            segments: segments.segments,
            bytes: segments.bytes,
            checkpoint: checkpoint
        )
    }

    /// A store has at least one segment.
    private func writeEmptySegment(_ segments: SegmentCopy, _ storeID: StoreID) throws {
        try segments.begin(
            SegmentHeader(
                dictionaryID: PresetDictionary.currentID,
                storeID: storeID,
                firstLSN: LogSequenceNumber(1),
                previousTime: LogTimestamp(microseconds: 0)
            )
        )
        try segments.end(nil)
    }

    private func run<Result>(
        _ progress: (UInt64, UInt64) -> Void,
        _ body: (Visitor) throws -> Result
    ) throws -> Result {
        try withoutActuallyEscaping(progress) { progress in try body(Visitor(progress: progress)) }
    }

    /// Takes note of what is wrong.
    private final class Visitor: ArchiveVisitor {
        private let progress: (UInt64, UInt64) -> Void
        private var findings: [DamageFinding] = []
        private var lost: [ClosedRange<LogSequenceNumber>] = []
        private(set) var firstTime: LogTimestamp?
        var salvage: ((RecordHeader, [UInt8]) throws -> Void)?

        init(progress: @escaping (UInt64, UInt64) -> Void) {
            self.progress = progress
        }

        func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws {
            if firstTime == nil { firstTime = header.time }
            try salvage?(header, payload)
        }

        func found(_ finding: DamageFinding) throws { findings.append(finding) }

        func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws {
            if let last = lost.last, last.upperBound.next == lsns.lowerBound {
                lost[lost.count - 1] = last.lowerBound...lsns.upperBound
            } else {
                lost.append(lsns)
            }
        }

        func progress(bytes: UInt64, of total: UInt64) { progress(bytes, total) }

        func plan(_ summary: VerificationSummary) -> RepairPlan {
            RepairPlan(
                findings: findings,
                servedLSN: summary.soundLSN,
                lastLSN: summary.lastLSN,
                salvageable: summary.records - min(summary.records, summary.soundLSN.rawValue),
                lost: lost
            )
        }
    }
}
