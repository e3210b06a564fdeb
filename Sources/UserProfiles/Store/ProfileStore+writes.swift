import LogStorage

extension ProfileStore {
    /// Makes a change. Never blocks, and reads at most ``cachedReadBytes`` on the calling thread.
    ///
    /// - Parameter completion: called once, on the commit thread, or at once on the caller's when the change is refused
    ///   before it is queued. It gets the user when the change is durable and visible, or:
    ///   ``ProfileError/Code/notFound``, ``ProfileError/Code/deleted(version:)``,
    ///   ``ProfileError/Code/preconditionFailed(current:)``, ``ProfileError/Code/emailTaken(holder:)``,
    ///   ``ProfileError/Code/invalid(_:)``, ``ProfileError/Code/queueFull``, ``ProfileError/Code/diskFull``,
    ///   ``ProfileError/Code/readOnly``, ``ProfileError/Code/stopping``; a restore also
    ///   ``ProfileError/Code/versionNotFound``, ``ProfileError/Code/notYetBorn``, ``ProfileError/Code/notDeleted`` and
    ///   ``ProfileError/Code/targetDeleted``.
    public func submit(
        _ change: ProfileChange,
        if precondition: Precondition = .none,
        _ context: ChangeContext,
        completion: @escaping @Sendable (Result<ChangeResult, ProfileError>) -> Void
    ) {
        do throws(ProfileError) {
            let context = try checked(context)
            switch change {
            case .create(let draft):
                let event = ProfileEvent(context: context, profile: draft.profile)
                commit(PreparedChange(.create, of: nil, event: event, keys: keys), completion)
            case .replace(let id, let draft):
                let event = ProfileEvent(context: context, profile: draft.profile)
                commit(
                    PreparedChange(.update, of: id, event: event, precondition: precondition, keys: keys),
                    completion
                )
            case .patch(let id, let merge):
                let patch = try ProfilePatch(merge)
                commitFromPresent(id, completion) { [self] mode throws(ProfileError) in
                    try prepare(.update, id, precondition, context, mode) { profile throws(ProfileError) in
                        try patch.applied(to: profile)
                    }
                }
            case .delete(let id):
                commitFromPresent(id, completion) { [self] mode throws(ProfileError) in
                    try prepare(.delete, id, precondition, context, mode) { $0 }
                }
            case .restore(let id, let point, let email):
                commitFromPresent(id, completion) { [self] mode throws(ProfileError) in
                    let plan = try restorePlan(id, to: point, email: email, precondition, context, past(mode))
                    return Preparation(change: plan.change, restore: plan)
                }
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Bytes of the log that are read on the calling thread at most, from memory only.
    public static let cachedReadBytes = 64 << 10

    func checked(_ context: ChangeContext) throws(ProfileError) -> ChangeContext {
        var context = context
        context.reason = context.reason.map(WhiteSpace.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        let errors = ContextRule.errors(context)
        guard errors.isEmpty else { throw .invalid(errors) }
        return context
    }

    // MARK: Preparing

    private typealias Completion = @Sendable (Result<ChangeResult, ProfileError>) -> Void

    /// A change that is ready to be committed.
    private struct Preparation {
        let change: PreparedChange
        var restore: RestorePlan?
    }

    private typealias Preparing = @Sendable (ReadMode) throws(ProfileError) -> Preparation

    /// A change of a live user's profile.
    private func prepare(
        _ operation: Operation,
        _ id: UserID,
        _ precondition: Precondition,
        _ context: ChangeContext,
        _ mode: ReadMode,
        _ changed: (Profile) throws(ProfileError) -> Profile
    ) throws(ProfileError) -> Preparation {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        guard !entry.deleted else { throw .deleted(id, entry.version) }
        guard precondition.isMet(by: entry.version) else { throw .preconditionFailed(id, current: entry.version) }
        let profile = try changed(try past(mode).profile(entry.lsn))
        return Preparation(
            change: PreparedChange(
                operation,
                of: id,
                event: ProfileEvent(context: context, profile: profile),
                precondition: precondition,
                basis: entry.version,
                keys: keys
            )
        )
    }

    /// How often a change is prepared again. Each time another change got through, so this ends.
    private static let maximumAttempts = 100

    /// Prepares a change from the user's present state, and again whenever that has moved before the commit.
    private func commitFromPresent(_ id: UserID, _ completion: @escaping Completion, _ prepare: @escaping Preparing) {
        // Nothing may be read from a closed log.
        if pool.isStopped { return completion(.failure(.stopping)) }
        userLock.lock(id) { [self] refusal in
            let finish: Completion = { [self] result in
                unlock(id)
                completion(result)
            }
            if let refusal { return finish(.failure(refusal)) }
            attempt(1, .cached(ReadAllowance(bytes: Self.cachedReadBytes)), prepare, finish)
        }
    }

    private func unlock(_ id: UserID) {
        guard let next = userLock.unlock(id) else { return }
        do throws(LogError) {
            try pool.submit { next(nil) }
        } catch {
            next(.notAppended(error))
        }
    }

    private func attempt(
        _ number: Int,
        _ mode: ReadMode,
        _ prepare: @escaping Preparing,
        _ finish: @escaping Completion
    ) {
        let prepared: Preparation
        do throws(ProfileError) {
            prepared = try prepare(mode)
        } catch {
            guard error.code == .notCached else { return finish(.failure(error)) }
            return attemptOnPool(number, prepare, finish)
        }
        submit(prepared.change) { [self] result in
            switch result {
            case .success(let user):
                let restore = prepared.restore?.result(user, dryRun: false)
                finish(.success(ChangeResult(user: user, restore: restore)))
            case .failure(.refused(let error)): finish(.failure(error))
            case .failure(.moved) where number < Self.maximumAttempts: attemptOnPool(number + 1, prepare, finish)
            case .failure(.moved): finish(.failure(.contended))
            }
        }
    }

    private func attemptOnPool(_ number: Int, _ prepare: @escaping Preparing, _ finish: @escaping Completion) {
        do throws(LogError) {
            try pool.submit { [self] in attempt(number, .blocking, prepare, finish) }
        } catch {
            finish(.failure(.notAppended(error)))
        }
    }

    // MARK: Committing

    /// Commits a change that does not depend on the user's present profile.
    private func commit(_ change: PreparedChange, _ completion: @escaping Completion) {
        submit(change) { completion($0.map { ChangeResult(user: $0, restore: nil) }.mapError(\.error)) }
    }

    private func submit(
        _ change: PreparedChange,
        completion: @escaping @Sendable (Result<User, CommitRefusal>) -> Void
    ) {
        if let refusal = state.refusedChanges { return completion(.failure(.refused(refusal))) }
        let command = ProfileCommand(changes: [change]) { result in
            completion(result.flatMap { $0.first.map { .success($0) } ?? .failure(.refused(.readOnly)) })
        }
        do throws(LogError) {
            try commits.submit(.change(command), bytes: command.bytes)
        } catch {
            completion(.failure(.refused(.notAppended(error))))
        }
    }
}

// MARK: For callers with a task

extension ProfileStore {
    private func make(
        _ change: ProfileChange,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> ChangeResult {
        let result: Result<ChangeResult, ProfileError> = await withCheckedContinuation { continuation in
            submit(change, if: precondition, context) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// ``ProfileChange/create(_:)``
    public func create(_ draft: ProfileDraft, _ context: ChangeContext) async throws(ProfileError) -> User {
        try await make(.create(draft), if: .none, context).user
    }

    /// ``ProfileChange/replace(_:_:)``
    public func replace(
        _ id: UserID,
        with draft: ProfileDraft,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        try await make(.replace(id, draft), if: precondition, context).user
    }

    /// ``ProfileChange/patch(_:merge:)``
    public func patch(
        _ id: UserID,
        merge: JSONValue,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        try await make(.patch(id, merge: merge), if: precondition, context).user
    }

    /// ``ProfileChange/delete(_:)``
    public func delete(
        _ id: UserID,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        try await make(.delete(id), if: precondition, context).user
    }

    /// ``ProfileChange/restore(_:to:email:)``, or with `dryRun` ``previewRestore(_:to:email:if:_:reading:)``.
    public func restore(
        _ id: UserID,
        to point: PointInTime?,
        email: String?,
        if precondition: Precondition,
        dryRun: Bool,
        _ context: ChangeContext
    ) async throws(ProfileError) -> RestoreResult {
        if dryRun {
            let preview: Result<RestoreResult, ProfileError> = await withCheckedContinuation { continuation in
                let run: BlockingPool.Job = { [self] in
                    continuation.resume(
                        returning: Result { () throws(ProfileError) in
                            try previewRestore(id, to: point, email: email, if: precondition, context)
                        }
                    )
                }
                do throws(LogError) {
                    try pool.submit(run)
                } catch {
                    continuation.resume(returning: .failure(.notAppended(error)))
                }
            }
            return try preview.get()
        }
        let result = try await make(.restore(id, to: point, email: email), if: precondition, context)
        guard let restore = result.restore else { throw .readOnly }
        return restore
    }
}
