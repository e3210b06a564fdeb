/// Which users a list holds with regard to deletion.
public enum DeletedFilter: Sendable, Hashable, CaseIterable {
    case live
    case deleted
    case all
}
