/// A profile as a request describes it, checked, ready to be created or to replace another.
public struct ProfileDraft: Sendable, Hashable {
    public let profile: Profile

    public init(_ profile: Profile) {
        self.profile = profile
    }

    /// Reads the members `name`, `email` and, if there, `attributes`.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)`` with every unknown, missing or invalid member.
    public init(json: JSONValue) throws(ProfileError) {
        guard case .object(let object) = json else {
            throw .invalid([FieldError(field: FieldError.body, message: "must be an object, not \(json.typeName)")])
        }
        var errors: [FieldError] = []
        var name: String?
        var email: String?
        var attributes: JSONObject?
        for member in object.members {
            switch (member.key, member.value) {
            case ("name", .string(let text)): name = text
            case ("email", .string(let text)): email = text
            case ("attributes", .object(let value)): attributes = value
            case ("name", let other), ("email", let other):
                errors.append(FieldError(field: member.key, message: "must be a string, not \(other.typeName)"))
            case ("attributes", let other):
                errors.append(FieldError(field: member.key, message: "must be an object, not \(other.typeName)"))
            default:
                errors.append(FieldError(field: member.key, message: Self.unknownMember))
            }
        }
        errors += Self.missing(object)
        profile = try Self.checked(name, email, attributes ?? JSONObject(), errors)
    }

    static let unknownMember = "is not a member of a profile; those are name, email and attributes"

    private static func missing(_ object: JSONObject) -> [FieldError] {
        let keys = object.members.map(\.key)
        return ["name", "email"].filter { !keys.contains($0) }.map {
            FieldError(field: $0, message: "is required")
        }
    }

    /// The profile of what could be read, or all errors: those found so far and those of the values.
    private static func checked(
        _ name: String?,
        _ email: String?,
        _ attributes: JSONObject,
        _ found: [FieldError]
    ) throws(ProfileError) -> Profile {
        var errors = found
        do {
            // Stand-ins for what is missing, so that the rest is checked too.
            let profile = try Profile(name: name ?? "-", email: email ?? "a@b.example", attributes: attributes)
            if errors.isEmpty { return profile }
        } catch {
            errors += error.errors
        }
        throw .invalid(errors)
    }
}
