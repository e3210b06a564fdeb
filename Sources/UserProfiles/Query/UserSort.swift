/// The order of a list of users; ties are broken by id.
public enum UserSort: String, Sendable, Hashable, CaseIterable {
    case id = "id"
    case idDescending = "-id"
    /// By folded name, so that case and composition do not matter.
    case name = "name"
    case nameDescending = "-name"
    case email = "email"
    case emailDescending = "-email"
    case updatedAt = "updated_at"
    case updatedAtDescending = "-updated_at"
}
