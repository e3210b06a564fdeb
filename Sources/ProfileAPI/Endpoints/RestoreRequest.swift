import UserProfiles

/// The optional body of a restore.
enum RestoreRequest {
    /// The email to restore with, when the body gives one.
    ///
    /// - Throws: 422 for anything but an object with at most a string `email`.
    static func email(in body: JSONValue?) throws(Problem) -> String? {
        guard let body else { return nil }
        guard case .object(let object) = body else {
            throw .invalid([Problem.Field(name: "body", message: "must be a JSON object")])
        }
        var email: String?
        var refusals: [Problem.Field] = []
        for member in object.members {
            switch (member.key, member.value) {
            case ("email", .string(let text)): email = text
            case ("email", .null): email = nil
            case ("email", _): refusals.append(Problem.Field(name: "email", message: "must be a string"))
            default:
                refusals.append(Problem.Field(name: member.key, message: "unknown field; a restore takes only email"))
            }
        }
        if !refusals.isEmpty { throw .invalid(refusals) }
        return email
    }
}
