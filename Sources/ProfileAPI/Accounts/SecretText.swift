/// A text that only who asks for it gets: printed, logged or reflected it is ``mask``.
public struct SecretText: Sendable, Hashable, Concealed {
    /// What stands for any secret that is there.
    public static let mask = "********"

    /// The secret itself.
    public let text: String

    public init(_ text: String) {
        self.text = text
    }
}
