/// A change to one user.
public enum ProfileChange: Sendable {
    case create(ProfileDraft)
    /// Replaces the whole profile of a live user.
    case replace(UserID, ProfileDraft)
    /// Changes parts of the profile of a live user by a merge patch (RFC 7396).
    case patch(UserID, merge: JSONValue)
    /// Deletes a live user, which frees its email; every version can still be read and restored.
    case delete(UserID)
    /// Makes a past state of a user its newest one; without a point in time, the last state of a deleted user. The email is
    /// taken instead of the past one, for example because someone else has that now.
    case restore(UserID, to: PointInTime?, email: String?)
}

/// What a change has made of its user.
public struct ChangeResult: Sendable {
    public let user: User
    /// What a restore did; `nil` for other changes.
    public let restore: RestoreResult?
}
