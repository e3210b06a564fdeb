/// The segments of an archive: opened when they are wanted, and only a few at a time.
final class ArchiveShelf: SegmentShelf {
    private struct State: Sendable {
        /// In LSN order.
        var segments: [ArchivedSegment]
        /// The last of them; it stays open, since it may grow.
        var newest: Segment?
        /// Others that were used of late, the latest last.
        var recent: [Segment] = []
        /// Why there is nothing behind the last record, if there should be something.
        var damageAtEnd: LogError?
    }

    private let state: Monitor<State>
    private let loader: SegmentLoader

    /// Segments that are kept open.
    private static let maximumOpen = 16
    /// Entries of sparse tables that are kept, of 24 bytes each.
    private static let maximumEntries = 1 << 18

    /// - Parameter newest: the last of `segments`, opened.
    init(_ segments: [ArchivedSegment], newest: Segment?, damageAtEnd: LogError?, loader: SegmentLoader) {
        state = Monitor(State(segments: segments, newest: newest, damageAtEnd: damageAtEnd))
        self.loader = loader
    }

    /// All segments, in LSN order.
    var segments: [ArchivedSegment] {
        state.withLock { state in
            guard let newest = state.newest, var last = state.segments.last else { return state.segments }
            last.extent = newest.currentExtent
            last.extent?.table = SparseTable()
            return state.segments.dropLast() + [last]
        }
    }

    /// The last segment, open.
    var newest: Segment? { state.withLock { $0.newest } }

    /// How many segments are open.
    var openSegments: Int { state.withLock { $0.recent.count + ($0.newest == nil ? 0 : 1) } }

    /// Puts a segment behind the last one, which has been sealed.
    func append(_ segment: ArchivedSegment, _ opened: Segment) {
        state.withLock { state in
            if let newest = state.newest, var last = state.segments.popLast() {
                last.extent = newest.currentExtent
                last.extent?.table = SparseTable()
                last.limit = segment.firstLSN.previous
                state.segments.append(last)
                state.recent.append(newest)
            }
            state.segments.append(segment)
            state.newest = opened
            Self.trim(&state.recent)
        }
    }

    /// Takes the last segment's place: the same file, found to be sealed.
    func replaceNewest(_ opened: Segment) {
        state.withLock { $0.newest = opened }
    }

    // MARK: SegmentShelf

    var last: (lsn: LogSequenceNumber, time: LogTimestamp) {
        guard let extent = newest?.currentExtent else { return (.zero, LogTimestamp(microseconds: 0)) }
        return (extent.lastLSN, extent.lastTime)
    }

    var damageAtEnd: LogError? { state.withLock { $0.damageAtEnd } }

    func segment(of lsn: LogSequenceNumber) throws(LogError) -> Segment? {
        try segment { segments in segments.partitionIndex { $0.firstLSN > lsn } }
    }

    func segment(atOrBefore time: LogTimestamp) throws(LogError) -> Segment? {
        try segment { segments in segments.partitionIndex { $0.startTime > time } }
    }

    func numbers(from first: LogSequenceNumber, through last: LogSequenceNumber) -> [LogSequenceNumber] {
        segments.filter { $0.firstLSN <= last && $0.lastLSN >= first }.map(\.firstLSN)
    }

    /// - Parameter index: gives the place behind that of the segment that is wanted.
    private func segment(_ index: ([ArchivedSegment]) -> Int) throws(LogError) -> Segment? {
        enum Found: Sendable {
            case none
            case open(Segment)
            case closed(ArchivedSegment)
        }
        let found = state.withLock { state -> Found in
            let index = index(state.segments)
            guard index > 0 else { return .none }
            if index == state.segments.count, let newest = state.newest { return .open(newest) }
            let segment = state.segments[index - 1]
            guard let place = state.recent.lastIndex(where: { $0.firstLSN == segment.firstLSN }) else {
                return .closed(segment)
            }
            let opened = state.recent.remove(at: place)
            state.recent.append(opened)
            return .open(opened)
        }
        switch found {
        case .none: return nil
        case .open(let segment): return segment
        case .closed(let segment):
            let opened = try loader.load(segment)
            state.withLock { state in
                state.recent.removeAll { $0.firstLSN == opened.firstLSN }
                state.recent.append(opened)
                Self.trim(&state.recent)
            }
            return opened
        }
    }

    /// Lets go of those that were not used for longest.
    private static func trim(_ recent: inout [Segment]) {
        while recent.count > maximumOpen || (recent.count > 1 && entries(recent) > maximumEntries) {
            recent.removeFirst()
        }
    }

    private static func entries(_ segments: [Segment]) -> Int {
        segments.reduce(0) { $0 + $1.tableEntries }
    }
}
