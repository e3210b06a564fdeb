/// The state that a caller expects to change (`If-Match`).
public enum Precondition: Sendable, Hashable {
    case none
    case version(ProfileVersion)
    /// Any of these; an empty list is never met.
    case anyOf([ProfileVersion])

    /// Whether a user at `current` is what the caller expects.
    func isMet(by current: ProfileVersion) -> Bool {
        switch self {
        case .none: true
        case .version(let expected): expected == current
        case .anyOf(let expected): expected.contains(current)
        }
    }
}
