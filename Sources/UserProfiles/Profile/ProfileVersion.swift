/// The number of a user's state: 1 when created, one more with every change.
public struct ProfileVersion: RawRepresentable, Hashable, Comparable, Sendable, LosslessStringConvertible {
    public let rawValue: UInt64

    /// Takes any number; a version that a user does not have is simply not found.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads a decimal number from 1 to 2⁶³ − 1, without sign and leading zeros.
    public init?(_ description: String) {
        guard let number = DecimalText.positiveNumber(description) else { return nil }
        self.init(number)
    }

    /// The version that the next change makes.
    public var next: ProfileVersion { ProfileVersion(rawValue &+ 1) }

    public var description: String { String(rawValue) }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
