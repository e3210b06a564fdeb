/// The state that a caller expects to change (`If-Match`, `If-None-Match`).
public enum Precondition: Sendable, Hashable {
    case none
    case version(ProfileVersion)
    /// Any of these; an empty list is never met.
    case anyOf([ProfileVersion])
    /// None of these (`If-None-Match`).
    case noneOf([ProfileVersion])

    /// Whether a user at `current` is what the caller expects.
    func isMet(by current: ProfileVersion) -> Bool {
        switch self {
        case .none: true
        case .version(let expected): expected == current
        case .anyOf(let expected): expected.contains(current)
        case .noneOf(let unwanted): !unwanted.contains(current)
        }
    }
}
