import LogStorage
import ToolConsole

/// A backup in its folder, known by what it holds. Everything here blocks.
struct StoredBackup: Sendable {
    let name: String
    private let storeID: StoreID
    private let log: LogArchive

    /// The last record; its number is the number of records.
    var lastLSN: LogSequenceNumber { log.last.lsn }

    /// - Throws: ``LogError`` or ``BackupError`` when the folder holds no store, or a damaged one.
    init(_ name: String, in folder: String) throws {
        self.name = name
        log = try LogArchive.open("\(folder)/\(name)")
        if let fault = log.faults.first { throw fault.error }
        guard let storeID = log.storeID else { throw BackupError("no file says which store it is") }
        self.storeID = storeID
    }

    /// Makes sure that this backup has all that an older one has: that one's records are the first records here.
    ///
    /// - Throws: ``BackupError``.
    func checkContinues(_ other: StoredBackup) throws {
        guard storeID == other.storeID else {
            throw BackupError("it is of store \(storeID), and \(other.name) is of store \(other.storeID)")
        }
        guard lastLSN >= other.lastLSN else {
            throw BackupError(
                "it has \(Amount.text(lastLSN.rawValue)) records, and \(other.name) has "
                    + "\(Amount.text(other.lastLSN.rawValue)): the server's store was set back"
            )
        }
        let (root, known) = (try log.tree(through: other.lastLSN).root, try other.log.tree(through: other.lastLSN).root)
        guard root == known else {
            throw BackupError(
                "its first \(Amount.text(other.lastLSN.rawValue)) records are not those of \(other.name) (tree roots "
                    + "\(root) and \(known)): the server's store has another history"
            )
        }
    }
}
