/// Why a command was not committed.
enum CommitRefusal: Error, Sendable {
    /// For a reason that the caller is told.
    case refused(ProfileError)
    /// The user is no longer in the state from which the change was computed: compute it again.
    case moved
}
