/// What is wrong with one field of a request.
public struct FieldError: Sendable, Hashable {
    /// The field, for example `email` or `attributes`.
    public let field: String
    /// A sentence for the caller: what is wrong and what would be right.
    public let message: String

    /// The name of ``field`` where nothing can be told apart in it, since all of the body is something else.
    static let body = "body"

    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
