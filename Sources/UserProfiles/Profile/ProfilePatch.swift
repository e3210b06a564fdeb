/// A merge patch (RFC 7396) to a profile.
struct ProfilePatch: Sendable {
    private let patch: JSONValue

    /// Takes a patch that is an object with no members but a profile's.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)``.
    init(_ patch: JSONValue) throws(ProfileError) {
        guard case .object(let object) = patch else {
            throw .invalid([FieldError(field: FieldError.body, message: "must be an object, not \(patch.typeName)")])
        }
        let known = ["name", "email", "attributes"]
        let errors = object.members.map(\.key).filter { !known.contains($0) }.map {
            FieldError(field: $0, message: ProfileDraft.unknownMember)
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        self.patch = patch
    }

    /// `profile` as the patch changes it.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)`` when that is no valid profile.
    func applied(to profile: Profile) throws(ProfileError) -> Profile {
        let target = JSONObject(uniqueMembers: [
            JSONObject.Member(key: "name", value: .string(profile.name)),
            JSONObject.Member(key: "email", value: .string(profile.email)),
            JSONObject.Member(key: "attributes", value: .object(profile.attributes)),
        ])
        return try ProfileDraft(json: MergePatch.apply(patch, to: .object(target))).profile
    }
}
