/// The place where the next page begins, as text that means nothing to its reader.
///
/// It holds a tag for the kind of list, a hash of the query that made it, three numbers, and a checksum over all of it,
/// so that a cursor that was made up, cut or carried to another query is told apart from one that is good.
struct Cursor: Hashable, Sendable {
    /// The lists that have cursors.
    enum Kind: UInt8, Sendable {
        case users = 1
        case pastUsers = 2
        case audit = 3
    }

    let kind: Kind
    /// The hash of what must be the same in the next query.
    let shape: UInt32
    let first: UInt64
    let second: UInt64
    let third: UInt64

    private static let bodyBytes = 1 + 4 + 8 + 8 + 8
    private static let byteCount = bodyBytes + 4

    init(_ kind: Kind, shape: UInt32, first: UInt64, second: UInt64 = 0, third: UInt64 = 0) {
        self.kind = kind
        self.shape = shape
        self.first = first
        self.second = second
        self.third = third
    }

    /// Reads `text`, which must be a cursor of `kind` for a query of `shape`.
    ///
    /// - Throws: ``ProfileError/Code/invalidCursor``.
    init(_ text: String, kind: Kind, shape: UInt32) throws(ProfileError) {
        guard let bytes = Base64URL.decode(text), bytes.count == Self.byteCount else { throw .invalidCursor }
        let body = Array(bytes.dropLast(4))
        guard Self.number(bytes, at: Self.bodyBytes, bytes: 4) == UInt64(Self.checksum(body)),
            bytes[0] == kind.rawValue,
            Self.number(bytes, at: 1, bytes: 4) == UInt64(shape)
        else { throw .invalidCursor }
        self.kind = kind
        self.shape = shape
        first = Self.number(bytes, at: 5, bytes: 8)
        second = Self.number(bytes, at: 13, bytes: 8)
        third = Self.number(bytes, at: 21, bytes: 8)
    }

    /// The cursor as text.
    var text: String {
        var bytes: [UInt8] = [kind.rawValue]
        Self.append(UInt64(shape), bytes: 4, to: &bytes)
        Self.append(first, bytes: 8, to: &bytes)
        Self.append(second, bytes: 8, to: &bytes)
        Self.append(third, bytes: 8, to: &bytes)
        Self.append(UInt64(Self.checksum(bytes)), bytes: 4, to: &bytes)
        return Base64URL.encode(bytes)
    }

    /// The hash of a description of a query.
    static func shape(_ parts: [String?]) -> UInt32 {
        var bytes: [UInt8] = []
        for part in parts {
            // A length before each part, so that no two lists of parts run together to the same bytes.
            append(part.map { UInt64($0.utf8.count) } ?? .max, bytes: 8, to: &bytes)
            bytes.append(contentsOf: (part ?? "").utf8)
        }
        return UInt32(truncatingIfNeeded: TextKeys.littleEndian(bytes, bytes: 4))
    }

    private static func checksum(_ body: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: TextKeys.littleEndian(Array("cursor".utf8) + body, bytes: 4))
    }

    private static func append(_ number: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))) }
    }

    private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }
}
