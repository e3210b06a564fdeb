/// The number of a record in the log: 1, 2, 3 … without gaps.
///
/// It is the only pointer that anyone keeps to a record; where a record stands in which file is the
/// engine's secret. ``zero`` stands before the first record.
public struct LogSequenceNumber: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The place before the first record; no record has this number.
    public static let zero = LogSequenceNumber(0)

    /// The number after this one. Stays at the largest number rather than wrap.
    public var next: LogSequenceNumber { advanced(by: 1) }

    /// The number before this one; ``zero`` stays ``zero``.
    public var previous: LogSequenceNumber { LogSequenceNumber(rawValue == 0 ? 0 : rawValue - 1) }

    /// The number `count` places on, held at the largest number.
    public func advanced(by count: Int) -> LogSequenceNumber {
        let (sum, overflow) = rawValue.addingReportingOverflow(UInt64(clamping: count))
        return LogSequenceNumber(overflow ? .max : sum)
    }

    public var description: String { String(rawValue) }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
