public import LogStorage

extension ProfileStore {
    /// What ``ProfileChange/restore(_:to:email:)`` would do; nothing is written.
    ///
    /// - Parameter mode: whether reads may block for the disk.
    /// - Throws: what the restore may throw, or ``ProfileError/Code/notCached``.
    public func previewRestore(
        _ id: UserID,
        to point: PointInTime?,
        email: String?,
        if precondition: Precondition,
        _ context: ChangeContext,
        reading mode: ReadMode = .blocking
    ) throws(ProfileError) -> RestoreResult {
        let past = try past(mode)
        let plan = try restorePlan(id, to: point, email: email, precondition, checked(context), past)
        let holder: UserID?
        do throws(LogError) {
            holder = try EmailCheck(state: state, log: past.log)
                .holder(of: plan.change.foldedEmail, key: plan.change.emailKey, besides: id)
        } catch {
            throw .unreadable(error)
        }
        if let holder { throw .emailTaken(holder) }
        let user = User(
            id: id,
            profile: plan.change.profile,
            version: plan.present.version.next,
            deleted: false,
            createdAt: plan.present.createdAt,
            updatedAt: configuration.log.now(),
            lsn: .zero
        )
        return plan.result(user, dryRun: true)
    }

    func restorePlan(
        _ id: UserID,
        to point: PointInTime?,
        email: String?,
        _ precondition: Precondition,
        _ context: ChangeContext,
        _ past: PastReader
    ) throws(ProfileError) -> RestorePlan {
        guard let present = state.entry(id) else { throw .notFound(id) }
        guard precondition.isMet(by: present.version) else { throw .preconditionFailed(id, current: present.version) }
        let target = try target(id, point, present, past)
        let restored = ProfileVersion(target.header.version)
        guard target.header.kind != Operation.delete.rawValue else { throw .targetDeleted(id, restored) }
        let profile = try past.profile(of: target).with(email: email)
        let event = ProfileEvent(context: context, profile: profile, restoredFrom: restored)
        let change = PreparedChange(
            .restore,
            of: id,
            event: event,
            precondition: precondition,
            basis: present.version,
            keys: keys
        )
        let before = (profile: try past.profile(present.lsn), deleted: present.deleted)
        let changes = ProfileDiff.changes(from: before, to: (profile, false))
        return RestorePlan(change: change, changes: changes, restoredFrom: restored, present: present)
    }

    /// The record whose profile is to be restored.
    private func target(
        _ id: UserID,
        _ point: PointInTime?,
        _ present: UserEntry,
        _ past: PastReader
    ) throws(ProfileError) -> StoredRecord {
        if let point { return try record(id, at: point, past).0 }
        guard present.deleted else { throw .notDeleted(id, present.version) }
        // Nothing but a restore can follow a deletion, so the version before it is the last live one.
        return try past.record(id, present, version: ProfileVersion(present.version.rawValue - 1))
    }
}
