/// What differs between two states of a user.
enum ProfileDiff {
    /// The differing fields from the state `old` (`nil`: there was none) to the state `new`.
    static func changes(
        from old: (profile: Profile, deleted: Bool)?,
        to new: (profile: Profile, deleted: Bool)
    ) -> [FieldChange] {
        var changes: [FieldChange] = []
        add("name", old?.profile.name, new.profile.name, to: &changes)
        add("email", old?.profile.email, new.profile.email, to: &changes)
        addAttributes(old?.profile.attributes ?? JSONObject(), new.profile.attributes, to: &changes)
        if let old, old.deleted != new.deleted {
            changes.append(FieldChange(field: "deleted", previous: .bool(old.deleted), new: .bool(new.deleted)))
        }
        return changes
    }

    private static func add(_ field: String, _ old: String?, _ new: String, to changes: inout [FieldChange]) {
        guard !ExactText.equal(old, new) else { return }
        changes.append(FieldChange(field: field, previous: old.map { .string($0) }, new: .string(new)))
    }

    private static func addAttributes(_ old: JSONObject, _ new: JSONObject, to changes: inout [FieldChange]) {
        if let oldText = old.heldText, let newText = new.heldText, oldText == newText { return }
        let (oldMembers, newMembers) = (old.members, new.members)
        let (oldPlaces, newPlaces) = (JSONObject.Places(oldMembers), JSONObject.Places(newMembers))
        for member in oldMembers where newPlaces[member.key] == nil {
            changes.append(FieldChange(field: "attributes.\(member.key)", previous: member.value, new: nil))
        }
        for member in newMembers {
            let previous = oldPlaces[member.key].map { oldMembers[$0].value }
            guard previous != member.value else { continue }
            changes.append(FieldChange(field: "attributes.\(member.key)", previous: previous, new: member.value))
        }
    }
}
