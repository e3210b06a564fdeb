/// A JSON object whose members keep their order.
///
/// It may hold its minified text instead of its members, so that a profile's attributes go from the log to an answer
/// without being taken apart. Equality is that of JSON: the order of members does not matter.
public struct JSONObject: Sendable {
    /// A member of an object.
    public struct Member: Sendable, Hashable {
        public let key: String
        public let value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        public static func == (left: Member, right: Member) -> Bool {
            ExactText.equal(left.key, right.key) && left.value == right.value
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(ExactText(key))
            hasher.combine(value)
        }
    }

    private enum Storage: Sendable {
        case members([Member])
        /// Minified, valid and without duplicate keys.
        case text([UInt8])
    }

    private var storage: Storage

    /// The empty object.
    public init() {
        storage = .members([])
    }

    /// An object of `members`; of those with the same key the last one stays, in the place of the first.
    public init(_ members: [Member]) {
        storage = .members([])
        var unique: [Member] = []
        var places: [ExactText: Int] = [:]
        for member in members {
            if let place = places.updateValue(unique.count, forKey: ExactText(member.key)) {
                places[ExactText(member.key)] = place
                unique[place] = member
            } else {
                unique.append(member)
            }
        }
        storage = .members(unique)
    }

    /// An object of `members`, of which no two have the same key.
    package init(uniqueMembers: [Member]) {
        storage = .members(uniqueMembers)
    }

    /// An object kept as its text, which must be minified, valid and without duplicate keys.
    init(validatedText: [UInt8]) {
        storage = .text(validatedText)
    }

    /// The members in their order. Costs a parse when the object holds its text, so ask once.
    public var members: [Member] {
        switch storage {
        case .members(let members): members
        case .text(let text): Self.parsed(text)
        }
    }

    public var isEmpty: Bool {
        switch storage {
        case .members(let members): members.isEmpty
        case .text(let text): text.count <= 2
        }
    }

    /// The value of the member `key`. Costs what ``members`` costs.
    public subscript(key: String) -> JSONValue? {
        members.first { ExactText.equal($0.key, key) }?.value
    }

    /// The object as minified UTF-8.
    public var minified: [UInt8] {
        if case .text(let text) = storage { return text }
        var writer = JSONWriter()
        writer.value(.object(self))
        return writer.bytes
    }

    /// The minified text, if that is what the object holds.
    var heldText: [UInt8]? {
        if case .text(let text) = storage { return text }
        return nil
    }

    /// The members by key.
    var dictionary: [ExactText: JSONValue] {
        Dictionary(members.map { (ExactText($0.key), $0.value) }) { _, last in last }
    }

    /// Where each key is among members: found by comparison while they are few, by hash once they are many.
    struct Places {
        private let members: [Member]
        private let hashed: [ExactText: Int]

        init(_ members: [Member]) {
            self.members = members
            let isMany = members.count > 16
            hashed = isMany ? Dictionary(members.enumerated().map { (ExactText($1.key), $0) }) { _, last in last } : [:]
        }

        subscript(key: String) -> Int? {
            hashed.isEmpty ? members.firstIndex { ExactText.equal($0.key, key) } : hashed[ExactText(key)]
        }
    }

    private static func parsed(_ text: [UInt8]) -> [Member] {
        let limits = JSONLimits(maximumDepth: JSONLimits.deepest, maximumNumberLength: .max)
        guard let value = try? JSONParser.parse(text, limits: limits), case .object(let object) = value else {
            return []
        }
        return object.members
    }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        if let leftText = left.heldText, let rightText = right.heldText, leftText == rightText { return true }
        let leftMembers = left.members
        let rightMembers = right.members
        guard leftMembers.count == rightMembers.count else { return false }
        if leftMembers == rightMembers { return true }
        return left.dictionary == right.dictionary
    }

    public func hash(into hasher: inout Hasher) {
        // A sum, because members in another order make an equal object.
        var sum = 0
        for member in members { sum &+= member.hashValue }
        hasher.combine(sum)
    }
}
