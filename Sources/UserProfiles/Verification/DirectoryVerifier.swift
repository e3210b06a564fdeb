package import LogStorage

/// Checks what the records of a log say: that each continues what came before it and that its payload agrees with its
/// header.
///
/// Records come in LSN order. Behind a gap it goes on with what can still be known and does not take for a fault what
/// follows from the gap.
package struct DirectoryVerifier {
    private let log: any ReadableLog
    /// What was found since it was last taken away.
    private var faults: [ContentFault] = []
    private var directory = VerifiedDirectory()
    private var lost = LostRecords()
    /// The last record that created a user.
    private var lastCreation = LogSequenceNumber.zero
    private var actorTags = ActorTags()

    /// - Parameter log: where earlier records are read again, if two emails have one key.
    package init(_ log: any ReadableLog) {
        self.log = log
    }

    /// Users ever created, and live ones, as far as records could be read.
    package var users: (count: Int, live: Int) { (Int(directory.count), directory.users.liveCount) }

    /// Notes that records cannot be read; they come before the next one that is taken.
    package mutating func skip(_ lsns: ClosedRange<LogSequenceNumber>) {
        lost.add(lsns)
    }

    /// Takes in the next record and answers what is wrong with it.
    package mutating func take(_ header: RecordHeader, _ payload: [UInt8]) -> [ContentFault] {
        // What hangs on a record that cannot be taken in is no fault of its own.
        if !accept(header, payload) { lost.add(header.lsn...header.lsn) }
        guard !faults.isEmpty else { return [] }
        defer { faults.removeAll() }
        return faults
    }

    private mutating func accept(_ header: RecordHeader, _ payload: [UInt8]) -> Bool {
        guard let operation = Operation(rawValue: header.kind) else {
            fault(header, "it is of the kind \(header.kind), which there is not")
            return false
        }
        let event: ProfileEvent
        do throws(LogError) {
            event = try ProfileEvent(payload: payload, of: header.lsn)
        } catch {
            fault(header, error.message)
            return false
        }
        checkContext(header, operation, event)
        let text = SearchText(event.profile)
        let folded = text.bytes.withUnsafeBufferPointer { Array(SearchText.email(of: $0)) }
        let key = TextKeys.standard.email(folded)
        let id = UserID(header.subject)
        guard let old = predecessor(header, operation) else { return false }
        checkKey(header, key, old)
        let isNew = old.isNew
        let entry = UserEntry(
            lsn: header.lsn,
            version: ProfileVersion(header.version),
            deleted: operation == .delete,
            createdAt: isNew ? header.time : old.entry.createdAt,
            updatedAt: header.time,
            emailKey: key
        )
        if isNew { lastCreation = header.lsn }
        directory.apply(entry, of: id, textHash: VerifiedDirectory.hash(text.bytes))
        if !entry.deleted { checkEmail(header, id, folded, key) }
        return true
    }

    /// Whether a checkpoint can be compared: not when records before it are lost.
    package var canCompare: Bool { lost.isEmpty }

    /// Compares a checkpoint with what the records up to its LSN, which must be the last one taken, make.
    ///
    /// - Returns: the first difference; `nil` if there is none.
    /// - Throws: what reading the checkpoint throws.
    package func compare(_ checkpoint: StoredCheckpoint) throws -> String? {
        try CheckpointComparison(directory: directory).difference(checkpoint)
    }

    // MARK: The state before

    /// What is known of a user before a record.
    private struct Predecessor {
        let entry: UserEntry
        let isNew: Bool
        /// Whether the record follows directly on `entry`.
        let isDirect: Bool
    }

    /// The state that the record changes; `nil` if it cannot be taken in.
    private mutating func predecessor(_ header: RecordHeader, _ operation: Operation) -> Predecessor? {
        if operation == .create { return newUser(header) }
        let id = UserID(header.subject)
        if directory.entry(id) == nil, !mayExist(id) {
            fault(header, "it changes user \(id), who does not exist")
            return nil
        }
        directory.extend(through: id)
        guard let old = directory.entry(id) else { return nil }
        let isDirect = !old.isUnknown && header.previous == old.lsn && header.version == old.version.rawValue + 1
        if !isDirect, !isExplainedByLoss(header, old) {
            fault(
                header,
                "it is version \(header.version) of user \(id) and says that record \(header.previous ?? .zero) is the "
                    + "version before, which is version \(old.version) in record \(old.lsn)"
            )
        } else if isDirect, old.deleted, operation != .restore {
            fault(header, "it changes user \(id), who is deleted, and is no restore")
        }
        return Predecessor(entry: old, isNew: false, isDirect: isDirect)
    }

    private mutating func newUser(_ header: RecordHeader) -> Predecessor? {
        let id = UserID(header.subject)
        let next = directory.count + 1
        guard header.version == 1, header.previous == nil else {
            fault(header, "it creates user \(id) with version \(header.version)")
            return nil
        }
        guard id.rawValue == next || (id.rawValue > next && mayExist(UserID(id.rawValue - 1))) else {
            fault(header, "it creates user \(id) where user \(next) is due")
            return nil
        }
        return Predecessor(entry: .unknown, isNew: true, isDirect: true)
    }

    /// Whether a user who has not been seen may have been created by a lost record.
    private func mayExist(_ id: UserID) -> Bool {
        let missing = id.rawValue.subtractingReportingOverflow(directory.count)
        return !missing.overflow && missing.partialValue <= lost.count(after: lastCreation)
            && id <= ProfileIndex.maximumID
    }

    /// Whether the records between the known state and this one may be among the lost ones.
    private func isExplainedByLoss(_ header: RecordHeader, _ old: UserEntry) -> Bool {
        guard let previous = header.previous, lost.contains(previous), previous > old.lsn else { return false }
        let steps = header.version.subtractingReportingOverflow(old.version.rawValue + 1)
        return !steps.overflow && (1...lost.count(after: old.lsn)).contains(steps.partialValue)
    }

    // MARK: The payload

    private mutating func checkContext(_ header: RecordHeader, _ operation: Operation, _ event: ProfileEvent) {
        if header.actorTag != actorTags.tag(of: event.context.actor) {
            fault(header, "its header's tag is not that of the actor whom its payload names")
        }
        switch (operation, event.restoredFrom) {
        case (.restore, let version?):
            if version.rawValue >= header.version { fault(header, "it restores version \(version), which came later") }
        case (.restore, nil): fault(header, "it is a restore and does not say of which version")
        case (_, nil): break
        case (_, _?): fault(header, "it is no restore and yet names a restored version")
        }
    }

    private mutating func checkKey(_ header: RecordHeader, _ key: UInt64, _ old: Predecessor) {
        if let stated = header.key {
            if stated != key {
                fault(header, "its header's key is not that of the email in its payload")
            } else if old.isDirect, !old.isNew, old.entry.emailKey == key {
                fault(header, "its header has a key although the email is that of the version before")
            }
        } else if old.isNew {
            fault(header, "it creates a user and its header has no key")
        } else if old.isDirect, old.entry.emailKey != key {
            fault(header, "its header has no key although the email is not that of the version before")
        }
    }

    private mutating func checkEmail(_ header: RecordHeader, _ id: UserID, _ folded: [UInt8], _ key: UInt64) {
        for holder in directory.holders(of: key) where holder != id {
            // Who was last seen before a gap may have given up the email in it.
            guard let entry = directory.entry(holder), lost.count(after: entry.lsn) == 0 else { continue }
            guard let record = try? log.read(entry.lsn),
                let profile = try? ProfileEvent.profile(payload: record.payload, of: entry.lsn)
            else { continue }
            // Two emails may have one key, so the emails themselves decide.
            if FoldedText(address: profile.email).bytes == folded {
                fault(
                    header,
                    "it gives user \(id) the email that user \(holder) has since record \(entry.lsn): "
                        + String(decoding: folded, as: UTF8.self)
                )
            }
        }
    }

    private mutating func fault(_ header: RecordHeader, _ what: String) {
        faults.append(ContentFault(header.lsn, "record \(header.lsn) contradicts the log: \(what)"))
    }
}
