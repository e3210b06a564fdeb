/// Copies a store, in use or not, into a new data directory, verifying all of it on the way.
///
/// The copy holds every record that was acknowledged before the copying began, and maybe some of those that came
/// meanwhile; it ends with a whole frame. It is a data directory like any other: segments, the newest good checkpoint
/// and `store.json`, byte by byte those of the original where that stands still.
public struct StoreCopier {
    private let archive: LogArchive
    private let patience: TailPatience

    public init(_ archive: LogArchive) {
        self.init(archive, patience: .patient)
    }

    package init(_ archive: LogArchive, patience: TailPatience) {
        self.archive = archive
        self.patience = patience
    }

    /// Copies the store to `directory`, which must be missing or empty. All of it is durable on return.
    ///
    /// A torn tail is left out: it was never acknowledged.
    ///
    /// - Parameter progress: gets the bytes that were read, and how many there are.
    /// - Throws: ``LogError/Code/damaged`` where the store is; ``LogError/Code/invalidDirectory``,
    ///   ``LogError/Code/diskFull``, ``LogError/Code/io``. What was written by then is no store: no server starts with
    ///   it.
    public func copy(
        to directory: String,
        progress: (_ bytes: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(LogError) -> CopySummary {
        do {
            return try withoutActuallyEscaping(progress) { progress in
                try copy(to: directory, Visitor(progress: progress))
            }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.io, "the store could not be copied: \(error)", file: directory)
        }
    }

    private func copy(to directory: String, _ visitor: Visitor) throws -> CopySummary {
        guard let storeID = archive.storeID, let createdAt = archive.createdAt else {
            throw archive.faults.first?.error ?? LogError(.damaged, "the store's description cannot be read")
        }
        // Nothing is written before what is known already has been looked at.
        if let fault = archive.faults.first { throw fault.error }
        let store = try NewStore(directory, fileSystem: archive.fileSystem)
        let segments = SegmentCopy(store, storeID: storeID)
        let pass = try StorePass(archive, visitor: visitor, sink: segments, patience: patience)
        let summary = try pass.run()
        var checkpoint: LogSequenceNumber?
        for good in pass.goodCheckpoints.reversed() where checkpoint == nil {
            if try store.add(good, of: archive.checkpointDirectory(), as: storeID) { checkpoint = good.lsn }
        }
        try store.finish(StoreDescription(storeID: storeID, createdAt: createdAt))
        return CopySummary(
            records: summary.records,
            lastLSN: summary.lastLSN,
            lastTime: summary.lastTime,
            tree: summary.tree,
            segments: segments.segments,
            bytes: segments.bytes,
            checkpoint: checkpoint,
            tornTail: visitor.tornTail
        )
    }

    /// Ends the copying with the first damage.
    private final class Visitor: ArchiveVisitor {
        private let progress: (UInt64, UInt64) -> Void
        private(set) var tornTail: DamageFinding?

        init(progress: @escaping (UInt64, UInt64) -> Void) {
            self.progress = progress
        }

        func found(_ finding: DamageFinding) throws {
            guard finding.kind == .tornTail else { throw finding.error }
            tornTail = finding
        }

        func progress(bytes: UInt64, of total: UInt64) { progress(bytes, total) }
    }
}
