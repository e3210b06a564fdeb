extension WriteAheadLog {
    /// The record with the number `lsn`, its frame's checksums verified.
    ///
    /// - Throws: ``LogError/Code/notFound``, ``LogError/Code/damaged``, ``LogError/Code/io``.
    public func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord {
        try damage.noting { () throws(LogError) in try reader.read(lsn) }
    }

    /// The header of the record with the number `lsn`; nothing is inflated.
    public func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader {
        try damage.noting { () throws(LogError) in try reader.header(lsn) }
    }

    /// Hands the records of a closed range to `body`, in LSN order or against it; numbers beyond the log's ends are
    /// left out.
    ///
    /// - Parameter body: gets the header, and a function that inflates the payload and must not be called later.
    public func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        try damage.noting { try reader.scan(from: first, through: last, order: order, body) }
    }

    /// The same for one actor: records of others may be left out.
    ///
    /// - Parameter actorTag: the tag of the actor (``RecordHeader/actorTag``).
    public func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        actorTag: UInt32,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        try damage.noting { try reader.scan(from: first, through: last, order: order, actorTag: actorTag, body) }
    }

    /// The last record that is not after `time`; ``LogSequenceNumber/zero`` if all are.
    public func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        try damage.noting { () throws(LogError) in try reader.lastLSN(atOrBefore: time) }
    }
}

/// Reads of a serving log that never wait for the disk. A record that would have to be waited for, a scan included, throws
/// ``LogError/Code/notCached``.
public struct CachedLog: Sendable {
    package let log: WriteAheadLog
    private let reader: LogReader<OpenSegments>

    /// - Parameter allowance: the bytes that may be read.
    public init(_ log: WriteAheadLog, _ allowance: ReadAllowance) {
        self.log = log
        reader = LogReader(shelf: log.reader.shelf, inflaters: log.reader.inflaters, mode: .cached(allowance))
    }

    public func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord {
        try log.damage.noting { () throws(LogError) in try reader.read(lsn) }
    }

    public func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader {
        try log.damage.noting { () throws(LogError) in try reader.header(lsn) }
    }

    public func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        throw LogError(.notCached, "a scan reads more than is in memory")
    }

    public func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        try log.damage.noting { () throws(LogError) in try reader.lastLSN(atOrBefore: time) }
    }
}
