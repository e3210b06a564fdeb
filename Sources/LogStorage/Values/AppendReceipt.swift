/// The numbers and times that an append gave to its batch.
public struct AppendReceipt: Sendable, Hashable {
    /// The number of the batch's first record.
    public let first: LogSequenceNumber
    /// The time of the batch's first record; each one after it is a microsecond later.
    public let baseTime: LogTimestamp
    /// Records in the batch.
    public let count: Int

    public init(first: LogSequenceNumber, baseTime: LogTimestamp, count: Int) {
        self.first = first
        self.baseTime = baseTime
        self.count = count
    }

    /// The number of the batch's record `index`, counted from 0.
    public func lsn(_ index: Int) -> LogSequenceNumber { first.advanced(by: index) }

    /// The time of the batch's record `index`, counted from 0.
    public func time(_ index: Int) -> LogTimestamp { baseTime.advanced(byMicroseconds: Int64(index)) }
}
