/// The kinds of work that threads of a ``ProfileStore`` do.
package enum StoreWork: Sendable, CaseIterable {
    /// Reading what a change begins with.
    case preparation
    /// The next batch.
    case commit
    /// The next step of a checkpoint.
    case checkpoint
}
