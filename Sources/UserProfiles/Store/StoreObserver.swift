/// Is told what a store does while it does it, for figures about it.
///
/// It is called on the thread that does the work: it returns at once and never blocks.
public protocol StoreObserver: Sendable {
    /// A batch of changes was checked, made durable and made visible.
    ///
    /// - Parameters:
    ///   - records: how many records it became.
    ///   - duration: from the moment when the commit thread took it.
    func committed(records: Int, duration: Duration)

    /// A batch of changes could not be written, and was refused as a whole.
    func commitFailed()

    /// A checkpoint was written.
    func checkpointed(_ report: CheckpointReport)
}
