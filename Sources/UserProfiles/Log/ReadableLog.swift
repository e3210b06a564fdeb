package import LogStorage

/// A log that can be read: one that a server is writing, or the files alone.
///
/// Everything here blocks on the disk and may be called by any number of threads.
package protocol ReadableLog: Sendable {
    /// The last durable record and its time; `.zero` in an empty log.
    var last: (lsn: LogSequenceNumber, time: LogTimestamp) { get }

    /// The record `lsn`.
    func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord

    /// The same log read without waiting; `nil` where that is not possible.
    func cached(_ allowance: ReadAllowance) -> (any ReadableLog)?

    /// What stands before the payload of the record `lsn`.
    func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader

    /// Hands the records of the closed range to `body`, headers first; the payload only when asked for.
    func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws

    /// The same for one actor: records with other tags may be left out.
    func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        actorTag: UInt32,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws

    /// The last record that is not younger than `time`; `.zero` when all are.
    func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber

    /// What the log takes, for its operator.
    var extent: LogExtent { get }
}

extension ReadableLog {
    /// What a log does that cannot tell whether a read would wait.
    package func cached(_ allowance: ReadAllowance) -> (any ReadableLog)? { nil }

    /// What a log does that cannot tell who acted where.
    package func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        actorTag: UInt32,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        try scan(from: first, through: last, order: order, body)
    }
}
