/// Why a command was not committed.
enum CommitRefusal: Error, Sendable {
    /// For a reason that the caller is told.
    case refused(ProfileError)
    /// The user is no longer in the state from which the change was computed: compute it again.
    case moved

    /// What a caller is told who does not compute it again.
    var error: ProfileError {
        switch self {
        case .refused(let error): error
        case .moved: .contended
        }
    }
}
