/// Finds duplicate member names: by comparison while they are few, by hash once they are many.
struct JSONKeySet {
    private var hashed: Set<ExactText> = []

    /// Takes `key` in beside the keys of `members`, or answers false when it is already there.
    mutating func insert(_ key: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < 16 {
            return !members.contains { ExactText.equal($0.key, key) }
        }
        if hashed.isEmpty {
            hashed = Set(members.map { ExactText($0.key) })
        }
        return hashed.insert(ExactText(key)).inserted
    }
}
