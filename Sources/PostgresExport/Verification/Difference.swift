/// A row of PostgreSQL that is not what the store says.
package struct Difference: Sendable, Hashable, CustomStringConvertible {
    package let table: String
    package let id: String
    /// What is wrong, for example `differs in name, email`.
    package let what: String

    package var description: String { "\(table) \(id): \(what)" }
}
