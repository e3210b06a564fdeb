/// What somebody who goes over a whole store is told, in the order of the log.
public protocol ArchiveVisitor: AnyObject {
    /// Each record whose frame is whole and whose payload inflates, in LSN order.
    func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws

    /// Records that were left out between two that are visited, or behind the last: they are damaged or missing.
    ///
    /// What is wrong with them is found as well, see ``found(_:)``.
    func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws

    /// Something that is wrong.
    func found(_ finding: DamageFinding) throws

    /// How far the pass is, told about once for each MiB; `total` may change while a store is written.
    func progress(bytes: UInt64, of total: UInt64)
}

extension ArchiveVisitor {
    public func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws {}
    public func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws {}
    public func progress(bytes: UInt64, of total: UInt64) {}
}

/// Where a record stands, for messages.
public struct RecordPlace: Sendable, Hashable {
    /// The path of the segment.
    public let file: String
    /// Where the record's frame starts in it.
    public let offset: UInt64
}
