import LogStorage

/// Remembers which records made the versions of users whose past was read lately.
///
/// The log links each record of a user to the one before, so that a past version is found by following the links from the
/// newest one. The next question about the same user then costs one read. Everything here can be found again in the log:
/// what is forgotten only takes longer, and a reader checks each record against the version it was looked up for.
final class VersionCache: Sendable {
    /// Records that are remembered at most, 8 bytes each. Beyond that all are forgotten.
    static let capacity = 1 << 20

    /// A run of versions without gaps.
    private struct Run {
        /// The first version of the run.
        var first: UInt64
        /// The records of the versions, in their order.
        var lsns: [LogSequenceNumber]

        var last: UInt64 { first + UInt64(lsns.count) - 1 }

        /// The two as one run, if they overlap or touch.
        func joined(with other: Run) -> Run? {
            guard other.first <= last + 1, first <= other.last + 1 else { return nil }
            let (lower, upper) = first <= other.first ? (self, other) : (other, self)
            guard upper.last > lower.last else { return lower }
            return Run(first: lower.first, lsns: lower.lsns + upper.lsns.dropFirst(Int(lower.last + 1 - upper.first)))
        }
    }

    private struct State {
        var runs: [UserID: Run] = [:]
        var count = 0
    }

    private let state = Monitor(State())

    /// The known record nearest to a version, from that version on.
    func record(of id: UserID, from version: ProfileVersion) -> (version: ProfileVersion, lsn: LogSequenceNumber)? {
        state.withLock { state in
            guard let run = state.runs[id], run.last >= version.rawValue else { return nil }
            let found = max(run.first, version.rawValue)
            return (ProfileVersion(found), run.lsns[Int(found - run.first)])
        }
    }

    /// The known record that was the user's newest one after the record `lsn`, or the nearest one behind that.
    ///
    /// - Parameter newest: the user's newest version.
    /// - Returns: `isExact` if there is no later record at or before `lsn`.
    func record(
        of id: UserID,
        asOf lsn: LogSequenceNumber,
        newest: ProfileVersion
    ) -> (version: ProfileVersion, lsn: LogSequenceNumber, isExact: Bool)? {
        state.withLock { state in
            guard let run = state.runs[id] else { return nil }
            let place = run.lsns.partitionIndex { $0 > lsn }
            // Whether the version behind the run is later than `lsn` is not known.
            if place == run.lsns.count, run.last != newest.rawValue { return nil }
            let index = max(0, place - 1)
            return (ProfileVersion(run.first + UInt64(index)), run.lsns[index], place > 0)
        }
    }

    /// Remembers the records of versions without gaps, the newest first.
    func add(_ id: UserID, newest version: ProfileVersion, _ lsns: [LogSequenceNumber]) {
        guard !lsns.isEmpty, lsns.count <= Self.capacity else { return }
        let new = Run(first: version.rawValue + 1 - UInt64(lsns.count), lsns: lsns.reversed())
        state.withLock { state in
            if state.count + lsns.count > Self.capacity { state = State() }
            let old = state.runs[id]
            let run = old.flatMap { $0.joined(with: new) } ?? new
            state.count += run.lsns.count - (old?.lsns.count ?? 0)
            state.runs[id] = run
        }
    }
}
