package import LogStorage

/// How many bytes of JSON the records of a log hold, by those of a few that stand evenly in it.
package struct PayloadSample: Sendable, Hashable {
    /// Records looked at.
    package let records: Int
    /// Bytes of JSON of one record, on average.
    package let averageBytes: Double

    /// - Parameter maximum: records to look at; of a log that has no more, all are.
    package init?(_ log: any ReadableLog, maximum: UInt64 = 1_000) throws(LogError) {
        let last = log.last.lsn.rawValue
        guard last > 0 else { return nil }
        let count = min(last, maximum)
        var bytes = 0
        for index in 0..<count {
            let lsn = LogSequenceNumber(1 + count.dividingFullWidth(last.multipliedFullWidth(by: index)).quotient)
            bytes += try log.read(lsn).payload.count
        }
        records = Int(count)
        averageBytes = Double(bytes) / Double(count)
    }
}
