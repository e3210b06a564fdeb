package import LogStorage
package import UserProfiles

/// The changes in the files of a data directory, of a server that runs or not, or of a copy.
package final class ArchiveSource: RecordSource {
    package let name: String
    package let pauseInMilliseconds: Int32 = 200
    private let id: StoreID
    private let archive: LogArchive
    private let scan: EntryScan

    /// Opens the directory, for reading only.
    package init(_ directory: String) throws(LogError) {
        archive = try LogArchive.open(directory)
        guard let storeID = archive.storeID else {
            throw archive.faults.first?.error
                ?? LogError(.damaged, "no file says any more which store this is", file: directory)
        }
        id = storeID
        name = directory
        scan = EntryScan(archive, filter: EntryFilter())
    }

    package func storeID() -> StoreID { id }

    package func end() throws -> LogSequenceNumber {
        // Asked again and again by whoever follows, and cheap when nothing is new.
        guard try archive.refresh() else { return archive.last.lsn }
        return archive.last.lsn
    }

    package func tree(through lsn: LogSequenceNumber) throws -> RecordTree? {
        try archive.tree(through: lsn)
    }

    package func time(of lsn: LogSequenceNumber) throws -> LogTimestamp? {
        try archive.header(lsn).time
    }

    package func read(
        _ range: ClosedRange<LogSequenceNumber>,
        after: LogTimestamp?,
        into tree: inout RecordTree?,
        _ body: (AuditEntry) throws -> Void
    ) throws {
        try archive.scan(from: range.lowerBound, through: range.upperBound, order: .ascending) { header, payload in
            let json = try payload()
            tree?.append(header, json)
            return try scan.take(header, json) { entry, _ in
                try body(entry)
                return .next
            }
        }
    }

    package func makeDurable() throws {
        try archive.makeDurable()
    }

    package func checkEnd() throws {
        let behind = archive.last.lsn.next
        try archive.scan(from: behind, through: LogSequenceNumber(.max), order: .ascending) { _, _ in .stop }
    }
}
