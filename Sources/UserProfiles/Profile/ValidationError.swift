/// Everything that is wrong with values that were meant to make a profile or a change; never empty.
public struct ValidationError: Error, Sendable, Hashable {
    public let errors: [FieldError]

    public init(_ errors: [FieldError]) {
        self.errors = errors
    }
}
