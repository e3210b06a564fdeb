import LogStorage

/// Cuts a range of records into parts that threads can work on: small ones first, so that the first rows come soon.
struct RecordChunks: Sendable {
    let range: ClosedRange<LogSequenceNumber>
    let order: ScanOrder
    private let smallest: UInt64
    /// How often the size doubles.
    private let doublings: Int

    /// - Parameters:
    ///   - smallest: records in the first part.
    ///   - largest: records in the later ones; a power of two times `smallest`.
    init(
        _ range: ClosedRange<LogSequenceNumber>,
        order: ScanOrder,
        smallest: UInt64 = 512,
        largest: UInt64 = 16_384
    ) {
        self.range = range
        self.order = order
        self.smallest = smallest
        doublings = (largest / smallest).trailingZeroBitCount
    }

    var count: Int {
        var low = 0
        var high = Int(clamping: length / smallest) + 1
        while low < high {
            let middle = (low + high) / 2
            if start(of: middle) < length { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The records of a part.
    subscript(number: Int) -> ClosedRange<LogSequenceNumber> {
        let first = start(of: number)
        let last = min(start(of: number + 1), length) - 1
        let low = range.lowerBound.rawValue
        let high = range.upperBound.rawValue
        return order == .ascending
            ? LogSequenceNumber(low + first)...LogSequenceNumber(low + last)
            : LogSequenceNumber(high - last)...LogSequenceNumber(high - first)
    }

    private var length: UInt64 { range.upperBound.rawValue - range.lowerBound.rawValue + 1 }

    /// How many records come before the part: the first ones double, the later ones have one size.
    ///
    /// Held at the largest number: what files say of their LSNs may be anything.
    private func start(of number: Int) -> UInt64 {
        let doubling = min(number, doublings)
        let grown = smallest * (1 << UInt64(doubling) - 1)
        let rest = UInt64(number - doubling).multipliedReportingOverflow(by: smallest << UInt64(doublings))
        let sum = grown.addingReportingOverflow(rest.partialValue)
        return rest.overflow || sum.overflow ? .max : sum.partialValue
    }
}
