import LogStorage

/// Which records could not be read, so that what hangs on them is not reported as damage of its own.
struct LostRecords {
    /// In order, not touching each other.
    private(set) var ranges: [ClosedRange<LogSequenceNumber>] = []

    var isEmpty: Bool { ranges.isEmpty }

    /// Adds records behind those that are lost already.
    mutating func add(_ lsns: ClosedRange<LogSequenceNumber>) {
        if let last = ranges.last, last.upperBound >= lsns.lowerBound.previous {
            ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, lsns.upperBound)
        } else {
            ranges.append(lsns)
        }
    }

    func contains(_ lsn: LogSequenceNumber) -> Bool {
        let index = ranges.partitionIndex { $0.upperBound >= lsn }
        return index < ranges.count && ranges[index].contains(lsn)
    }

    /// How many records behind `lsn` are lost.
    func count(after lsn: LogSequenceNumber) -> UInt64 {
        ranges[ranges.partitionIndex { $0.upperBound > lsn }...].reduce(0) { sum, range in
            sum + (range.upperBound.rawValue - max(range.lowerBound.previous, lsn).rawValue)
        }
    }
}
