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

/// A value that shows nothing of itself wherever it, or what holds it, is printed, logged or reflected.
///
/// A log message that names a structure spells out all that is in it, however deep.
protocol Concealed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Concealed {
    public var description: String { SecretText.mask }

    public var debugDescription: String { SecretText.mask }

    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
