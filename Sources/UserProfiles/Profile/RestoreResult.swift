/// What a restore did, or would do.
public struct RestoreResult: Sendable, Hashable {
    /// The user as restored. In a preview, `lsn` is `.zero` and `updatedAt` the time of the preview.
    public let user: User
    /// What differs from the state before the restore.
    public let changes: [FieldChange]
    /// The version whose profile was taken.
    public let restoredFrom: ProfileVersion
    /// Whether this is only a preview and nothing was written.
    public let dryRun: Bool

    public init(user: User, changes: [FieldChange], restoredFrom: ProfileVersion, dryRun: Bool) {
        self.user = user
        self.changes = changes
        self.restoredFrom = restoredFrom
        self.dryRun = dryRun
    }
}
