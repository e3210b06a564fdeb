package import LogStorage

/// Goes over a whole store and finds all that is wrong with it, in one pass: what the engine can see, and what the
/// records say (<doc:ContentVerification>).
package final class ProfileVerification: ArchiveVisitor {
    private let archive: LogArchive
    private let report: (DamageFinding) throws -> Void
    private let tellProgress: (_ bytes: UInt64, _ total: UInt64, _ records: UInt64) -> Void
    private var verifier: DirectoryVerifier
    /// Checkpoints that have still to be compared, the oldest last.
    private var checkpoints: [StoredCheckpoint] = []
    private var records: UInt64 = 0

    /// What was found wrong with contents, beside what the engine counts.
    package private(set) var contentFindings = 0
    /// Checkpoints that were compared with the records.
    package private(set) var comparedCheckpoints = 0

    /// - Parameters:
    ///   - report: gets each finding.
    ///   - progress: is told now and then how far the pass is.
    package init(
        _ archive: LogArchive,
        report: @escaping (DamageFinding) throws -> Void,
        progress: @escaping (_ bytes: UInt64, _ total: UInt64, _ records: UInt64) -> Void
    ) {
        self.archive = archive
        self.report = report
        tellProgress = progress
        verifier = DirectoryVerifier(archive)
    }

    /// Users ever created, and live ones, as far as records could be read.
    package var users: (count: Int, live: Int) { verifier.users }

    /// Verifies everything.
    ///
    /// - Throws: what `report` throws, or ``LogError`` where there is nothing to be verified.
    package func run(_ verifier: ArchiveVerifier) throws -> VerificationSummary {
        checkpoints = try archive.storedCheckpoints()
        return try verifier.verify(self)
    }

    // MARK: ArchiveVisitor

    package func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws {
        records += 1
        for fault in verifier.take(header, payload) {
            try find(
                DamageFinding(
                    .contents,
                    fault.message,
                    file: place.file,
                    offset: place.offset,
                    lsns: fault.lsn...fault.lsn,
                    advice: Self.contentsAdvice
                )
            )
        }
        while let checkpoint = checkpoints.last, checkpoint.lsn <= header.lsn {
            checkpoints.removeLast()
            if checkpoint.lsn == header.lsn { try compare(checkpoint) }
        }
    }

    package func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws {
        verifier.skip(lsns)
    }

    package func found(_ finding: DamageFinding) throws {
        try report(finding)
    }

    package func progress(bytes: UInt64, of total: UInt64) {
        tellProgress(bytes, total, records)
    }

    private func compare(_ checkpoint: StoredCheckpoint) throws {
        guard verifier.canCompare else { return }
        do {
            guard let difference = try verifier.compare(checkpoint) else {
                comparedCheckpoints += 1
                return
            }
            try find(
                DamageFinding(
                    .checkpoint,
                    difference,
                    file: checkpoint.name,
                    lsns: checkpoint.lsn...checkpoint.lsn,
                    advice: "It is derived from the log: it may be deleted"
                )
            )
        } catch is LogError {
            // The engine's own pass has told what is wrong with the file, if it has not been removed meanwhile.
        }
    }

    private func find(_ finding: DamageFinding) throws {
        contentFindings += 1
        try report(finding)
    }

    /// Checksums hold, so no disk did this.
    private static let contentsAdvice =
        "The checksums are right, so it was written like this: keep the files, compare them with a copy from another place"
}
