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
