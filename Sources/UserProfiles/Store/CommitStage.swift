import LogStorage

/// A batch in the making: checks each command against the index and against what the batch itself has changed so far.
///
/// The index stays as it is meanwhile, because nobody may see what is not durable.
struct CommitStage {
    /// The records of the accepted changes.
    private(set) var records: [PreparedRecord] = []
    /// What each of ``records`` makes of its user.
    private(set) var staged: [(user: StagedUser, change: PreparedChange)] = []

    private let state: StoreState
    private let emails: EmailCheck
    private let end: LogSequenceNumber
    private var userCount: Int
    private var overlay: [UserID: StagedUser] = [:]
    private var idsByKey: [UInt64: [UserID]] = [:]

    init(state: StoreState, log: any ReadableLog) {
        self.state = state
        emails = EmailCheck(state: state, log: log)
        let users = state.withLock { (position: $0.index.users.position, count: $0.index.users.count) }
        end = users.position
        userCount = users.count
    }

    /// Adds all changes of `command` to the batch.
    ///
    /// - Returns: where they stand in ``records``.
    /// - Throws: ``CommitRefusal``; the batch is then as it was.
    mutating func add(_ command: ProfileCommand) throws(CommitRefusal) -> Range<Int> {
        let first = records.count
        guard command.changes.count > 1 else {
            for change in command.changes { try add(change) }
            return first..<records.count
        }
        let before = self
        do {
            for change in command.changes { try add(change) }
        } catch {
            self = before
            throw error
        }
        return first..<records.count
    }

    private mutating func add(_ change: PreparedChange) throws(CommitRefusal) {
        let old = try change.target.map { id throws(CommitRefusal) in try current(id, for: change) }
        let id = old?.id ?? UserID(UInt64(userCount) + 1)
        guard id <= ProfileIndex.maximumID else { throw .refused(.exhausted("user id")) }
        if let old, old.version >= UserEntry.maximumVersion { throw .refused(.exhausted("version of a user")) }
        if change.operation != .delete { try checkEmail(change, of: id) }
        let user = StagedUser(
            id,
            version: old?.version.next ?? ProfileVersion(1),
            lsn: end.advanced(by: records.count + 1),
            birth: old?.birth ?? .inBatch(records.count),
            change: change
        )
        records.append(
            PreparedRecord(
                kind: change.operation.rawValue,
                subject: id.rawValue,
                version: user.version.rawValue,
                previous: old?.lsn,
                actorTag: change.actorTag,
                key: change.emailKey == old?.emailKey ? nil : change.emailKey,
                payload: change.payload
            )
        )
        staged.append((user, change))
        overlay[id] = user
        idsByKey[change.emailKey, default: []].append(id)
        if old == nil { userCount += 1 }
    }

    /// The user to be changed, if the change fits its state.
    private func current(_ id: UserID, for change: PreparedChange) throws(CommitRefusal) -> StagedUser {
        guard let user = overlay[id] ?? state.entry(id).map({ StagedUser(id, $0) }) else {
            throw .refused(.notFound(id))
        }
        if user.deleted, change.operation != .restore { throw .refused(.deleted(id, user.version)) }
        guard change.precondition.isMet(by: user.version) else {
            throw .refused(.preconditionFailed(id, current: user.version))
        }
        if let basis = change.basis, basis != user.version { throw .moved }
        return user
    }

    private func checkEmail(_ change: PreparedChange, of id: UserID) throws(CommitRefusal) {
        for holder in idsByKey[change.emailKey] ?? [] where holder != id {
            guard let user = overlay[holder], !user.deleted, user.foldedEmail == change.foldedEmail else { continue }
            throw .refused(.emailTaken(holder))
        }
        let holder: UserID?
        do {
            holder = try emails.holder(of: change.foldedEmail, key: change.emailKey, besides: id) {
                overlay[$0] != nil
            }
        } catch {
            throw .refused(.unreadable(error))
        }
        if let holder { throw .refused(.emailTaken(holder)) }
    }
}
