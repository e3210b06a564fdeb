package import LogStorage

/// The log as the profiles see it. Everything they know comes out of it and goes into it.
///
/// `WriteAheadLog` is the one that serves; tests put another in its place.
package protocol ProfileLog: ReadableLog {
    /// The id that the store got when it was made.
    var storeID: StoreID { get }

    /// Appends all of `records` or none of them; they are durable on return. Blocks; one caller at a time.
    func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt

    /// The files that it consists of; `nil` where it has none.
    var files: LogFiles? { get }

    /// Ends the log; nothing may be called afterwards.
    func close()
}

extension ProfileLog {
    package var files: LogFiles? { nil }
}
