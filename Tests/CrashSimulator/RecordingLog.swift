import LogStorage
import UserProfiles

/// The real log, with a witness of every frame that it takes.
final class RecordingLog: ProfileLog {
    let log: WriteAheadLog
    private let journal: Monitor<Journal>

    init(_ log: WriteAheadLog, journal: Monitor<Journal>) {
        self.log = log
        self.journal = journal
    }

    func append(_ records: [PreparedRecord]) throws(LogError) -> AppendReceipt {
        let wasPoisoned = log.poison != nil
        if !wasPoisoned { journal.withLock { $0.begin(records) } }
        do throws(LogError) {
            let receipt = try log.append(records)
            journal.withLock { $0.end(.acknowledged) }
            return receipt
        } catch {
            // A full disk is not to leave anything; after any other failure the frame may be there or not.
            if !wasPoisoned { journal.withLock { $0.end(error.code == .poisoned ? .uncertain : .refused) } }
            throw error
        }
    }

    var storeID: StoreID { log.storeID }
    var last: (lsn: LogSequenceNumber, time: LogTimestamp) { log.last }
    var extent: LogExtent { log.extent }

    func read(_ lsn: LogSequenceNumber) throws(LogError) -> StoredRecord { try log.read(lsn) }
    func header(_ lsn: LogSequenceNumber) throws(LogError) -> RecordHeader { try log.header(lsn) }

    func scan(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        try log.scan(from: first, through: last, order: order, body)
    }

    func lastLSN(atOrBefore time: LogTimestamp) throws(LogError) -> LogSequenceNumber {
        try log.lastLSN(atOrBefore: time)
    }

    func close() { log.close() }
}
