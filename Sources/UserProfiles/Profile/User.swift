public import LogStorage

/// A user's state at one version.
public struct User: Sendable, Hashable {
    public let id: UserID
    /// The profile at this version; of a deleted version, the profile as it was before.
    public let profile: Profile
    public let version: ProfileVersion
    /// Whether this version is a deletion.
    public let deleted: Bool
    /// When the user was created; deletion and restore keep it.
    public let createdAt: LogTimestamp
    /// When this version was made.
    public let updatedAt: LogTimestamp
    /// The record that made this version; `.zero` in the preview of a restore.
    public let lsn: LogSequenceNumber

    public init(
        id: UserID,
        profile: Profile,
        version: ProfileVersion,
        deleted: Bool,
        createdAt: LogTimestamp,
        updatedAt: LogTimestamp,
        lsn: LogSequenceNumber
    ) {
        self.id = id
        self.profile = profile
        self.version = version
        self.deleted = deleted
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lsn = lsn
    }
}
