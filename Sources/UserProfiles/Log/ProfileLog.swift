package import LogStorage

/// The log as the profiles see it. Everything they know comes out of it and goes into it.
///
/// `WriteAheadLog` is the one that serves; tests put another in its place.
package protocol ProfileLog: ReadableLog {
    /// The id that the store got when it was made.
    var storeID: StoreID { get }

    /// Appends all of `records` or none of them; they are durable on return. Blocks; one caller at a time.
    func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt

    /// The first record whose bytes the opening read and verified.
    var verifiedFrom: LogSequenceNumber { get }

    /// The damage that reads have come across, in no order.
    var readDamage: [LogError] { get }

    /// The files that it consists of; `nil` where it has none.
    var files: LogFiles? { get }

    /// Looks for what must not change while the log is open: where the path of its directory leads, and the clock.
    ///
    /// - Throws: ``LogError/Code/poisoned`` or ``LogError/Code/clockJumped`` when nothing more is written because of it.
    func checkEnvironment() throws(LogError)

    /// Ends the log; nothing may be called afterwards.
    func close()
}

extension ProfileLog {
    package var verifiedFrom: LogSequenceNumber { LogSequenceNumber(1) }

    package var readDamage: [LogError] { [] }

    package var files: LogFiles? { nil }

    package func checkEnvironment() throws(LogError) {}
}
