/// Merge patches (RFC 7396): members of the patch replace, null removes, objects merge.
enum MergePatch {
    /// `target` as `patch` changes it.
    static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [JSONObject.Member] = []
        if case .object(let object)? = target { members = object.members }
        var places: [ExactText: Int] = [:]
        for (place, member) in members.enumerated() { places[ExactText(member.key)] = place }
        var removed: Set<Int> = []
        for change in changes.members {
            let place = places[ExactText(change.key)]
            if case .null = change.value {
                if let place { removed.insert(place) }
                continue
            }
            let value = apply(change.value, to: place.map { members[$0].value })
            let member = JSONObject.Member(key: place.map { members[$0].key } ?? change.key, value: value)
            if let place { members[place] = member } else { members.append(member) }
        }
        let kept = members.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
        return .object(JSONObject(uniqueMembers: kept))
    }
}
