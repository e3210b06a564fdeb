/// What a change did to a user. The raw value is the kind of its record in the log.
public enum Operation: UInt8, Sendable, Hashable, CaseIterable, LosslessStringConvertible {
    case create = 1
    case update = 2
    case delete = 3
    case restore = 4

    /// The name by which callers know it, for example `CREATE`.
    public var name: String {
        switch self {
        case .create: "CREATE"
        case .update: "UPDATE"
        case .delete: "DELETE"
        case .restore: "RESTORE"
        }
    }

    /// Reads a ``name``, in capital or small letters.
    public init?(_ description: String) {
        guard let match = Self.allCases.first(where: { ASCIICase.equal($0.name, description) })
        else { return nil }
        self = match
    }

    public var description: String { name }
}

/// Comparing the words of a fixed list, such as the names of operations, without regard to the case of ASCII letters.
package enum ASCIICase {
    package static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.lazy.map(small).elementsEqual(right.utf8.lazy.map(small))
    }

    private static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
