/// Goes over every byte of a store and finds all that is wrong with it, in one pass and with little memory.
///
/// It checks the checksums of all headers, frames, footers, checkpoints and of `store.json`; that records follow each
/// other by number and time across frames and segments; that every payload inflates; that every footer is what its
/// frames lead to; the Merkle tree heads in footers and checkpoints; and that nothing stands where nothing should. See
/// <doc:Verification>. The store may be in use.
public struct ArchiveVerifier {
    private let archive: LogArchive
    private let patience: TailPatience

    public init(_ archive: LogArchive) {
        self.init(archive, patience: .patient)
    }

    package init(_ archive: LogArchive, patience: TailPatience) {
        self.archive = archive
        self.patience = patience
    }

    /// Verifies the store as it stands now, not as it stood when the archive was opened.
    ///
    /// - Parameter visitor: gets what is wrong and each record, in LSN order; may throw to end the pass.
    /// - Throws: what the visitor throws; ``LogError/Code/unsupportedFormat``; ``LogError/Code/io`` where not even the
    ///   directory can be read.
    public func verify(_ visitor: any ArchiveVisitor) throws -> VerificationSummary {
        let pass = try StorePass(archive, visitor: visitor, sink: nil, patience: patience)
        return try pass.run()
    }
}
