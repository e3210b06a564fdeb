package import LogStorage

/// The log as the profiles see it. Everything they know comes out of it and goes into it.
///
/// `WriteAheadLog` is the one that serves; tests put another in its place.
package protocol ProfileLog: Sendable {
    /// The last durable record and its time; `.zero` in an empty log.
    var last: (lsn: LogSequenceNumber, time: LogTimestamp) { get }

    /// Appends all of `records` or none of them; they are durable on return. Blocks; one caller at a time.
    func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt

    /// The record `lsn`. Blocks; any number of callers.
    func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord

    /// What stands before the payload of the record `lsn`. Blocks; any number of callers.
    func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader

    /// Hands the records of the closed range to `body`, headers first; the payload only when asked for.
    func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws

    /// The last record that is not younger than `time`; `.zero` when all are.
    func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber

    /// What the log takes, for its operator.
    var extent: LogExtent { get }

    /// Ends the log; nothing may be called afterwards.
    func close()
}
