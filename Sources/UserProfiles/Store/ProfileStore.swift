public import LogStorage
public import Logging

/// Every profile, every past state and every change, over one durable log.
public final class ProfileStore: Sendable {
    init() {}

    /// Opens the store in its data directory and brings the index up to the log's end. Blocks, up to seconds.
    ///
    /// - Throws: ``LogError`` when the log cannot be opened, is damaged or contradicts itself.
    public static func open(
        _ configuration: ProfileStoreConfiguration,
        logger: Logger,
        progress: (RecoveryProgress) -> Void = { _ in }
    ) throws(LogError) -> ProfileStore {
        throw LogError(.stopped, "not written yet")
    }
}

extension ProfileStore {
    /// The user `id` as it is now. Blocks for a disk read.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, or ``ProfileError/Code/deleted(version:)`` for a deleted user.
    public func user(_ id: UserID) throws(ProfileError) -> User { throw notYet }

    /// The user `id` as it was; a version that is a deletion has `deleted` set. Blocks for disk reads.
    ///
    /// - Throws: ``ProfileError/Code/notFound``, ``ProfileError/Code/versionNotFound`` or
    ///   ``ProfileError/Code/notYetBorn``.
    public func user(_ id: UserID, at point: PointInTime) throws(ProfileError) -> User { throw notYet }

    /// A page of users. Blocks for disk reads.
    public func users(_ query: UserQuery) throws(ProfileError) -> Page<User> { throw notYet }

    /// The changes of the user `id`, oldest first; a deleted user's too. Blocks for disk reads.
    public func history(_ id: UserID, after: String?, limit: Int) throws(ProfileError) -> Page<AuditEntry> {
        throw notYet
    }

    /// A page of changes of all users. Blocks for disk reads.
    public func audit(_ query: AuditQuery) throws(ProfileError) -> Page<AuditEntry> { throw notYet }

    /// The change that the record `lsn` holds. Blocks for a disk read.
    public func auditEntry(_ lsn: LogSequenceNumber) throws(ProfileError) -> AuditEntry { throw notYet }

    /// Creates a user.
    public func create(
        _ draft: ProfileDraft,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User { throw notYet }

    /// Replaces the whole profile of the live user `id`.
    public func replace(
        _ id: UserID,
        with draft: ProfileDraft,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User { throw notYet }

    /// Changes parts of the profile of the live user `id` by a merge patch (RFC 7396).
    public func patch(
        _ id: UserID,
        merge: JSONValue,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User { throw notYet }

    /// Deletes the live user `id`, which frees its email; every version can still be read and restored.
    public func delete(
        _ id: UserID,
        if precondition: Precondition,
        _ context: ChangeContext
    ) async throws(ProfileError) -> User { throw notYet }

    /// Makes a past state of the user `id` its newest one; without `point`, the last state of a deleted user.
    ///
    /// - Parameters:
    ///   - email: The email to take instead of the past one, for example because someone else has that now.
    ///   - dryRun: Whether to check everything and write nothing.
    public func restore(
        _ id: UserID,
        to point: PointInTime?,
        email: String?,
        if precondition: Precondition,
        dryRun: Bool,
        _ context: ChangeContext
    ) async throws(ProfileError) -> RestoreResult { throw notYet }

    /// Writes a checkpoint of the index as it is now, so that the next start is fast.
    public func checkpoint() async throws(ProfileError) -> CheckpointReport { throw notYet }

    /// The store at a glance.
    public var status: StoreStatus {
        StoreStatus(
            records: 0, liveUsers: 0, deletedUsers: 0, lastLSN: .zero, lastTime: nil, poisoned: nil, diskFull: false,
            checkpointLSN: nil, waitingWrites: 0, searchableUsers: 0, indexBytes: 0)
    }

    /// Takes no more writes, finishes those that wait, makes a checkpoint and closes the log.
    public func close() async {}

    private var notYet: ProfileError { ProfileError(.stopping, "not written yet") }
}
