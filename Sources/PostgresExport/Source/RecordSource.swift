package import LogStorage
package import UserProfiles

/// Where the changes come from that are exported: the files of a store, or a server. All calls block.
package protocol RecordSource: Sendable {
    /// How it is called in messages.
    var name: String { get }
    /// How long to wait before it is asked for new changes again.
    var pauseInMilliseconds: Int32 { get }

    /// The store whose log it is.
    func storeID() throws -> StoreID

    /// Looks how far the log goes now.
    func end() throws -> LogSequenceNumber

    /// The Merkle tree over the records up to `lsn`; `nil` if the source cannot tell.
    func tree(through lsn: LogSequenceNumber) throws -> RecordTree?

    /// The time of a record; `nil` if the source cannot tell.
    func time(of lsn: LogSequenceNumber) throws -> LogTimestamp?

    /// Hands the changes of a range, none of them beyond ``end()``, to `body` in order, and takes their records into
    /// `tree`.
    ///
    /// - Parameter after: the time of the change before the range; `nil` when that is not known.
    func read(
        _ range: ClosedRange<LogSequenceNumber>,
        after: LogTimestamp?,
        into tree: inout RecordTree?,
        _ body: (AuditEntry) throws -> Void
    ) throws

    /// Makes sure that what was read will still be there after a crash of the machine that keeps the log.
    func makeDurable() throws

    /// Looks whether anything is known to be missing behind the end.
    func checkEnd() throws
}
