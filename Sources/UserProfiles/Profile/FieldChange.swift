/// How one field differs between two versions of a user.
public struct FieldChange: Sendable, Hashable {
    /// `name`, `email`, `deleted`, or `attributes.<key>` for each member of the attributes that differs.
    public let field: String
    /// The value before; `nil` when there was none, which is not the same as a stored null.
    public let previous: JSONValue?
    /// The value after; `nil` when there is none.
    public let new: JSONValue?

    public init(field: String, previous: JSONValue?, new: JSONValue?) {
        self.field = field
        self.previous = previous
        self.new = new
    }
}
