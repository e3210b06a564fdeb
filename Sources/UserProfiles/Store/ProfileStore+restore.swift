import LogStorage

extension ProfileStore {
    /// Makes a past state of the user `id` its newest one; without `point`, the last state of a deleted user.
    ///
    /// - Parameters:
    ///   - email: The email to take instead of the past one, for example because someone else has that now.
    ///   - dryRun: Whether to check everything and write nothing.
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/versionNotFound``,
    ///   ``ProfileError/Code/notYetBorn``, ``ProfileError/Code/notDeleted``, ``ProfileError/Code/targetDeleted``,
    ///   ``ProfileError/Code/emailTaken(holder:)``, ``ProfileError/Code/preconditionFailed(current:)``,
    ///   ``ProfileError/Code/invalid(_:)``, or what any change may throw.
    public func restore(
        _ id: UserID,
        to point: PointInTime?,
        email: String?,
        if precondition: Precondition,
        dryRun: Bool,
        _ context: ChangeContext
    ) async throws(ProfileError) -> RestoreResult {
        let request = RestoreRequest(
            id: id,
            point: point,
            email: email,
            precondition: precondition,
            context: try checked(context)
        )
        if dryRun {
            return try await preparers.run { [self] () throws(ProfileError) in try preview(request) }
        }
        return try await turns.take(id) { () async throws(ProfileError) -> RestoreResult in
            for _ in 0..<Self.maximumAttempts {
                let plan = try await preparers.run { [self] () throws(ProfileError) in try self.plan(request) }
                switch await submit(plan.change) {
                case .success(let user): return plan.result(user, dryRun: false)
                case .failure(.refused(let error)): throw error
                case .failure(.moved): continue
                }
            }
            throw .contended
        }
    }

    private func preview(_ request: RestoreRequest) throws(ProfileError) -> RestoreResult {
        let plan = try plan(request)
        let holder: UserID?
        do throws(LogError) {
            holder = try EmailCheck(state: state, log: log)
                .holder(of: plan.change.foldedEmail, key: plan.change.emailKey, besides: request.id)
        } catch {
            throw .unreadable(error)
        }
        if let holder { throw .emailTaken(holder) }
        let user = User(
            id: request.id,
            profile: plan.change.profile,
            version: plan.present.version.next,
            deleted: false,
            createdAt: plan.present.createdAt,
            updatedAt: configuration.log.now(),
            lsn: .zero
        )
        return plan.result(user, dryRun: true)
    }

    private func plan(_ request: RestoreRequest) throws(ProfileError) -> RestorePlan {
        guard let present = state.entry(request.id) else { throw .notFound(request.id) }
        guard request.precondition.isMet(by: present.version) else {
            throw .preconditionFailed(request.id, current: present.version)
        }
        let target = try target(request, present)
        guard target.kind != Operation.delete.rawValue else {
            throw .targetDeleted(request.id, ProfileVersion(target.version))
        }
        let restored = ProfileVersion(target.version)
        let profile = try past.profile(target.lsn).with(email: request.email)
        let event = ProfileEvent(context: request.context, profile: profile, restoredFrom: restored)
        let change = PreparedChange(
            .restore,
            of: request.id,
            event: event,
            precondition: request.precondition,
            basis: present.version,
            keys: keys
        )
        let before = (profile: try past.profile(present.lsn), deleted: present.deleted)
        let changes = ProfileDiff.changes(from: before, to: (profile, false))
        return RestorePlan(change: change, changes: changes, restoredFrom: restored, present: present)
    }

    /// The record whose profile is to be restored.
    private func target(_ request: RestoreRequest, _ present: UserEntry) throws(ProfileError) -> RecordHeader {
        if let point = request.point { return try header(request.id, at: point).0 }
        guard present.deleted else { throw .notDeleted(request.id, present.version) }
        // Nothing but a restore can follow a deletion, so the version before it is the last live one.
        let version = ProfileVersion(present.version.rawValue - 1)
        return try past.header(request.id, present, version: version)
    }
}
