/// The segments of the serving log, all of them open.
struct OpenSegments: SegmentShelf {
    let segments: Monitor<[Segment]>
    let end: Monitor<LogEnd>

    var last: (lsn: LogSequenceNumber, time: LogTimestamp) { end.withLock { ($0.lsn, $0.time) } }

    /// A log that ends in damage is not served.
    var damageAtEnd: LogError? { nil }

    func segment(of lsn: LogSequenceNumber) throws(LogError) -> Segment? {
        segments.withLock { segments in
            let index = segments.partitionIndex { $0.firstLSN > lsn }
            return index > 0 ? segments[index - 1] : nil
        }
    }

    func segment(atOrBefore time: LogTimestamp) throws(LogError) -> Segment? {
        let segments = segments.withLock { $0 }
        let index = segments.partitionIndex { ($0.firstTime ?? LogTimestamp(microseconds: .max)) > time }
        return index > 0 ? segments[index - 1] : nil
    }

    func numbers(from first: LogSequenceNumber, through last: LogSequenceNumber) -> [LogSequenceNumber] {
        segments.withLock { $0 }.filter { $0.firstLSN <= last && $0.lastLSN >= first }.map(\.firstLSN)
    }
}
