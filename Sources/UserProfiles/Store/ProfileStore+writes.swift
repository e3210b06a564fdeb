import LogStorage

extension ProfileStore {
    /// Creates a user.
    ///
    /// - Throws: ``ProfileError/Code/emailTaken(holder:)``, or what any change may throw: ``ProfileError/Code/invalid(_:)``
    ///   for the context, ``ProfileError/Code/queueFull``, ``ProfileError/Code/diskFull``,
    ///   ``ProfileError/Code/readOnly``, ``ProfileError/Code/stopping``.
    public func create(_ draft: ProfileDraft, _ context: ChangeContext) async throws(ProfileError) -> User {
        let context = try checked(context)
        let event = ProfileEvent(context: context, profile: draft.profile)
        return try await commit(PreparedChange(.create, of: nil, event: event, keys: keys))
    }

    /// Replaces the whole profile of the live user `id`.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/deleted(version:)``,
    ///   ``ProfileError/Code/preconditionFailed(current:)``, ``ProfileError/Code/emailTaken(holder:)``, or what any
    ///   change may throw.
    public func replace(
        _ id: UserID,
        with draft: ProfileDraft,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        try await commit(replacement(id, draft, precondition, context))
    }

    /// Replaces the whole profile of the live user `id` without a task that waits. Never blocks.
    ///
    /// - Parameter completion: is told once, on the commit thread, or at once on the caller's when the change is refused
    ///   before it is queued; what it may be told is what ``replace(_:with:if:_:)`` may throw.
    public func replace(
        _ id: UserID,
        with draft: ProfileDraft,
        if precondition: Precondition,
        _ context: ChangeContext,
        completion: @escaping @Sendable (Result<User, ProfileError>) -> Void
    ) {
        let change: PreparedChange
        do throws(ProfileError) {
            change = try replacement(id, draft, precondition, context)
        } catch {
            return completion(.failure(error))
        }
        submit(change) { completion($0.mapError(\.error)) }
    }

    private func replacement(
        _ id: UserID,
        _ draft: ProfileDraft,
        _ precondition: Precondition,
        _ context: ChangeContext
    ) throws(ProfileError) -> PreparedChange {
        let event = ProfileEvent(context: try checked(context), profile: draft.profile)
        return PreparedChange(.update, of: id, event: event, precondition: precondition, keys: keys)
    }

    /// Changes parts of the profile of the live user `id` by a merge patch (RFC 7396).
    ///
    /// - Throws: what ``replace(_:with:if:_:)`` may throw.
    public func patch(
        _ id: UserID,
        merge: JSONValue,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        let context = try checked(context)
        let patch = try ProfilePatch(merge)
        return try await commitFromPresent(id) { [self] () throws(ProfileError) in
            let entry = try liveEntry(id, precondition)
            let profile = try patch.applied(to: past.profile(entry.lsn))
            return PreparedChange(
                .update,
                of: id,
                event: ProfileEvent(context: context, profile: profile),
                precondition: precondition,
                basis: entry.version,
                keys: keys
            )
        }
    }

    /// Deletes the live user `id`, which frees its email; every version can still be read and restored.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/deleted(version:)``,
    ///   ``ProfileError/Code/preconditionFailed(current:)``, or what any change may throw.
    public func delete(
        _ id: UserID,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User {
        let context = try checked(context)
        return try await commitFromPresent(id) { [self] () throws(ProfileError) in
            let entry = try liveEntry(id, precondition)
            let profile = try past.profile(entry.lsn)
            return PreparedChange(
                .delete,
                of: id,
                event: ProfileEvent(context: context, profile: profile),
                precondition: precondition,
                basis: entry.version,
                keys: keys
            )
        }
    }

    /// The entry of a user who can be changed by someone who expects `precondition`.
    func liveEntry(_ id: UserID, _ precondition: Precondition) throws(ProfileError) -> UserEntry {
        guard let entry = state.entry(id) else { throw .notFound(id) }
        guard !entry.deleted else { throw .deleted(id, entry.version) }
        guard precondition.isMet(by: entry.version) else { throw .preconditionFailed(id, current: entry.version) }
        return entry
    }

    func checked(_ context: ChangeContext) throws(ProfileError) -> ChangeContext {
        var context = context
        context.reason = context.reason.map(WhiteSpace.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        let errors = ContextRule.errors(context)
        guard errors.isEmpty else { throw .invalid(errors) }
        return context
    }

    // MARK: Committing

    /// Commits a change that does not depend on the user's present profile.
    func commit(_ change: PreparedChange) async throws(ProfileError) -> User {
        try await submit(change).mapError(\.error).get()
    }

    /// Prepares a change from the user's present state, and again whenever that has moved before the commit.
    func commitFromPresent(
        _ id: UserID,
        _ prepare: @escaping @Sendable () throws(ProfileError) -> PreparedChange
    ) async throws(ProfileError) -> User {
        try await turns.take(id) { () async throws(ProfileError) -> User in
            for _ in 0..<Self.maximumAttempts {
                let change = try await preparers.run(prepare)
                switch await submit(change) {
                case .success(let user): return user
                case .failure(.refused(let error)): throw error
                case .failure(.moved): continue
                }
            }
            throw .contended
        }
    }

    /// How often a change is prepared again. Each time somebody else got through, so this ends.
    static let maximumAttempts = 100

    func submit(_ change: PreparedChange) async -> Result<User, CommitRefusal> {
        await withCheckedContinuation { continuation in submit(change) { continuation.resume(returning: $0) } }
    }

    /// - Parameter completion: is told once, on the commit thread, or at once when the change is refused before.
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
