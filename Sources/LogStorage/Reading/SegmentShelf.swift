/// The segments of a log as its reader asks for them: open ones of a serving log, or ones that are opened when they are
/// wanted.
protocol SegmentShelf: Sendable {
    /// The last record that may be read, and its time.
    var last: (lsn: LogSequenceNumber, time: LogTimestamp) { get }

    /// Why records that should stand behind the last one do not; `nil` if all is well.
    var damageAtEnd: LogError? { get }

    /// The last segment that begins at or before the record.
    func segment(of lsn: LogSequenceNumber) throws(LogError) -> Segment?

    /// The last segment that may hold a record which is not after `time`.
    func segment(atOrBefore time: LogTimestamp) throws(LogError) -> Segment?

    /// The first LSNs of the segments in which records of the closed range may stand, in order.
    func numbers(from first: LogSequenceNumber, through last: LogSequenceNumber) -> [LogSequenceNumber]
}
