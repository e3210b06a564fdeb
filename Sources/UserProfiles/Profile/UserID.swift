/// The number of a user: 1, 2, 3 … in the order of creation, never used again.
public struct UserID: RawRepresentable, Hashable, Comparable, Sendable, LosslessStringConvertible {
    public let rawValue: UInt64

    /// Takes any number; one that no user has is simply not found.
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

    public var description: String { String(rawValue) }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
