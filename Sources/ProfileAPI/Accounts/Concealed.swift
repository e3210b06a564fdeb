/// A value that shows nothing of itself wherever it, or what holds it, is printed, logged or reflected.
///
/// A log message that names a structure spells out all that is in it, however deep.
protocol Concealed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Concealed {
    public var description: String { SecretText.mask }

    public var debugDescription: String { SecretText.mask }

    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
