import LogStorage
import UserProfiles

extension LogArchive {
    /// The records that a filter can mean, by their time; `nil` if none can.
    ///
    /// Where damage hides the times, that is all of them, and the filter decides record by record.
    func range(of filter: EntryFilter) throws -> ClosedRange<LogSequenceNumber>? {
        // Of an empty log, the reading tells whether it should be empty.
        let all = LogSequenceNumber(1)...max(last.lsn, LogSequenceNumber(1))
        guard last.lsn > .zero else { return all }
        do throws(LogError) {
            return try filter.range(in: self)
        } catch {
            guard error.code == .damaged else { throw error }
            return all
        }
    }
}
