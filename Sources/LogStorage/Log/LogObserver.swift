/// Is told what the log does while it does it, for figures about it.
///
/// It is called on the thread that does the work: it returns at once and never blocks.
public protocol LogObserver: Sendable {
    /// A frame has become durable.
    ///
    /// - Parameters:
    ///   - records: how many it holds.
    ///   - bytes: what it takes in the file.
    ///   - sync: how long `fdatasync` took.
    func appended(records: Int, bytes: Int, sync: Duration)
}
