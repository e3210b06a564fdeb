/// The order of a list of users; ties are broken by id.
///
/// Names and emails are compared folded, code point by code point: Z comes before Ä, and Latin before Greek. To sort as a
/// language does takes tables (CLDR) that differ from language to language.
///
/// A page in any order but that of ids looks at all users in memory, about 30 ms for a million.
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
